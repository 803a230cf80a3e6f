#include "platform/scoreboard.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <tl/expected.hpp>
#include <unistd.h>

#include "platform/clock.h"
#include "platform/scoreboard_file.h"
#include "platform/scoreboard_layout.h"

namespace koshelf::platform {
namespace {

using core::metrics::kFixedCells;
using core::metrics::kRouteCells;
using core::metrics::Metric;
using core::metrics::Process;
using core::metrics::RouteName;
using core::metrics::ScoreboardReading;
using core::metrics::SlotReading;
using scoreboard::Descriptor;
using scoreboard::Geometry;
using scoreboard::Header;
using scoreboard::Mapping;
using scoreboard::RouteText;
using scoreboard::SlotHeader;
using scoreboard::why;

// Two generations at a time, and one more that does not want to end.
constexpr int kGenerations = 3;

Geometry geometry_of(const ScoreboardPlan& plan) {
    Geometry geometry{.slots = 1, .routes = plan.routes.size()};
    for (const auto& [process, count] : plan.wanted)
        geometry.slots += static_cast<std::size_t>(count * kGenerations);
    return geometry;
}

template <std::size_t N>
void write_text(std::array<char, N>& to, std::string_view text) {
    to = {};
    std::ranges::copy(text.substr(0, N - 1), to.begin());
}

}  // namespace

struct Scoreboard::Memory {
    Descriptor file;  // locked, and inherited by the children with its lock; none: nobody else can read this
    Mapping mapping;
    Geometry geometry;

    [[nodiscard]] SlotHeader& header(std::size_t slot) const {
        return *reinterpret_cast<SlotHeader*>(mapping.start() + geometry.slot_offset(slot));
    }
    [[nodiscard]] std::span<metrics::Cell> cells(std::size_t slot) const {
        std::byte* first = mapping.start() + geometry.slot_offset(slot) + scoreboard::kSlotHeaderBytes;
        return {reinterpret_cast<metrics::Cell*>(first), geometry.cells()};
    }
    void count(std::size_t slot, core::metrics::Series series) const {
        cells(slot)[series.first].fetch_add(1, std::memory_order_relaxed);
    }

    [[nodiscard]] tl::expected<void, std::string> map_file(const std::string& directory,
                                                           const ScoreboardPlan& plan);
    void map_privately(const ScoreboardPlan& plan);

  private:
    void lay_out(const ScoreboardPlan& plan) const;
    void take_over(const ScoreboardReading& before, const std::vector<RouteName>& routes) const;
    void add_routes(std::span<metrics::Cell> to, const SlotReading& old, const std::vector<RouteName>& before,
                    const std::vector<RouteName>& routes) const;
};

const Scoreboard::Memory* Scoreboard::private_memory_ = nullptr;

tl::expected<void, std::string> Scoreboard::Memory::map_file(const std::string& directory,
                                                             const ScoreboardPlan& plan) {
    const auto where = scoreboard::open_directory(directory, true);
    if (!where) return tl::unexpected(where.error());
    const auto lock = scoreboard::lock_directory(*where);
    if (!lock) return tl::unexpected(lock.error());
    const auto vacancy = scoreboard::find_vacancy(*where, plan.tree);
    if (!vacancy) return tl::unexpected(std::string("there are too many of its kind"));

    const std::string fresh = "." + vacancy->name + ".new";
    unlinkat(where->get(), fresh.c_str(), 0);
    Descriptor created(
        openat(where->get(), fresh.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!created || flock(created.get(), LOCK_EX | LOCK_NB) != 0)
        return tl::unexpected(why("cannot make a file"));
    // All of it now: writing to mapped memory that finds no room on the disk would end the process.
    if (const int error = posix_fallocate(created.get(), 0, static_cast<off_t>(geometry.bytes())); error != 0)
        return tl::unexpected(std::string("cannot make room: ") + std::strerror(error));
    mapping = Mapping(mmap(nullptr, geometry.bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, created.get(), 0),
                      geometry.bytes());
    if (!mapping) return tl::unexpected(why("cannot map a file"));
    lay_out(plan);
    if (vacancy->before) take_over(*vacancy->before, plan.routes);
    if (renameat(where->get(), fresh.c_str(), where->get(), vacancy->name.c_str()) != 0)
        return tl::unexpected(why("cannot name a file"));
    file = std::move(created);
    return {};
}

void Scoreboard::Memory::map_privately(const ScoreboardPlan& plan) {
    mapping =
        Mapping(mmap(nullptr, geometry.bytes(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
                geometry.bytes());
    if (mapping) lay_out(plan);
}

// New memory is zero.
void Scoreboard::Memory::lay_out(const ScoreboardPlan& plan) const {
    Header head;
    head.magic = scoreboard::kMagic;
    head.layout = core::metrics::layout_fingerprint();
    head.tree = static_cast<std::uint32_t>(plan.tree);
    head.slots = static_cast<std::uint32_t>(geometry.slots);
    head.routes = static_cast<std::uint32_t>(geometry.routes);
    head.started_ms = now_millis();
    new (&header(0)) SlotHeader{.taken = 0, .process = static_cast<std::uint32_t>(plan.tree)};
    std::size_t slot = 1;
    for (const auto& [process, count] : plan.wanted) {
        head.wanted[static_cast<std::size_t>(process)] = static_cast<std::uint32_t>(count);
        for (int i = 0; i < count * kGenerations; ++i, ++slot)
            new (&header(slot)) SlotHeader{.taken = 0, .process = static_cast<std::uint32_t>(process)};
    }
    std::memcpy(mapping.start(), &head, sizeof head);
    for (std::size_t i = 0; i < plan.routes.size(); ++i) {
        RouteText text;
        write_text(text.method, plan.routes[i].method);
        write_text(text.path, plan.routes[i].path);
        std::memcpy(mapping.start() + geometry.route_offset(i), &text, sizeof text);
    }
}

// Counters go on where those of the processes before stopped.
void Scoreboard::Memory::take_over(const ScoreboardReading& before,
                                   const std::vector<RouteName>& routes) const {
    for (const SlotReading& old : before.slots) {
        std::size_t heir = geometry.slots - 1;
        while (heir > 0 && header(heir).process != static_cast<std::uint32_t>(old.process)) --heir;
        const std::span<metrics::Cell> to = cells(heir);
        for (std::size_t i = 0; i < kFixedCells; ++i) {
            if (!core::metrics::kIsGauge[i]) to[i].fetch_add(old.cells[i], std::memory_order_relaxed);
        }
        add_routes(to, old, before.routes, routes);
    }
}

void Scoreboard::Memory::add_routes(std::span<metrics::Cell> to, const SlotReading& old,
                                    const std::vector<RouteName>& before,
                                    const std::vector<RouteName>& routes) const {
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto found = std::ranges::find(routes, before[i]);
        if (found == routes.end()) continue;
        const auto route = static_cast<std::size_t>(found - routes.begin());
        const auto from = std::span(old.cells).subspan(kFixedCells + i * kRouteCells, kRouteCells);
        for (std::size_t j = 0; j < kRouteCells; ++j)
            to[kFixedCells + route * kRouteCells + j].fetch_add(from[j], std::memory_order_relaxed);
    }
}

Scoreboard Scoreboard::open(const std::string& directory, const ScoreboardPlan& plan) {
    Scoreboard board;
    board.memory_ = std::make_unique<Memory>();
    Memory& memory = *board.memory_;
    memory.geometry = geometry_of(plan);
    if (!directory.empty()) {
        const auto mapped = memory.map_file(directory, plan);
        if (mapped) return board;
        board.trouble_ = mapped.error();
    }
    memory.map_privately(plan);
    // Without any memory nothing is counted; serving goes before counting.
    if (!memory.mapping) {
        board.memory_.reset();
        return board;
    }
    private_memory_ = &memory;
    return board;
}

Scoreboard::Scoreboard() = default;
Scoreboard::Scoreboard(Scoreboard&&) noexcept = default;

Scoreboard::~Scoreboard() {
    if (!memory_) return;
    metrics::count_in({});
    if (private_memory_ == memory_.get()) private_memory_ = nullptr;
}

std::size_t Scoreboard::take(Process process) {
    if (!memory_) return 0;
    for (std::size_t slot = 1; slot < memory_->geometry.slots; ++slot) {
        SlotHeader& header = memory_->header(slot);
        const bool fits = header.process == static_cast<std::uint32_t>(process);
        if (!fits || header.taken.load(std::memory_order_relaxed) != 0) continue;
        header.taken.store(1, std::memory_order_relaxed);
        return slot;
    }
    return 0;
}

void Scoreboard::release(std::size_t slot) {
    if (!memory_ || slot == 0) return;
    const std::span<metrics::Cell> cells = memory_->cells(slot);
    for (std::size_t i = 0; i < kFixedCells; ++i) {
        if (core::metrics::kIsGauge[i]) cells[i].store(0, std::memory_order_relaxed);
    }
    memory_->header(slot).taken.store(0, std::memory_order_relaxed);
}

void Scoreboard::release(std::size_t slot, int status) {
    if (!memory_) return;
    if (WIFSIGNALED(status)) {
        memory_->count(slot, series(Metric::kWorkerExits, "killed"));
    } else if (WEXITSTATUS(status) != 0) {
        memory_->count(slot, series(Metric::kWorkerExits, "failed"));
    } else {
        memory_->count(slot, series(Metric::kWorkerExits, "retired"));
    }
    release(slot);
}

void Scoreboard::count_as_master() {
    if (memory_) metrics::count_in(memory_->cells(0));
}

void Scoreboard::count_as_child(std::size_t slot) {
    if (!memory_) return;
    metrics::count_in(memory_->cells(slot));
    metrics::count(series(Metric::kWorkerStarts));
}

ScoreboardReadings read_scoreboards(const std::string& directory) {
    ScoreboardReadings readings;
    if (const auto* own = Scoreboard::private_memory_) {
        auto board = scoreboard::read(own->mapping.start(), own->mapping.length());
        if (board) {
            board->alive = true;
            readings.boards.push_back(std::move(*board));
        }
    }
    if (directory.empty()) return readings;
    const auto where = scoreboard::open_directory(directory, false);
    if (!where) return readings;
    const int copy = fcntl(where->get(), F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return readings;
    DIR* entries = fdopendir(copy);
    if (entries == nullptr) {
        close(copy);
        return readings;
    }
    while (const dirent* entry = readdir(entries)) {
        const std::string name(&entry->d_name[0]);
        if (!scoreboard::is_scoreboard_name(name)) continue;
        auto reading = scoreboard::read_file(*where, name);
        if (reading && reading->board) {
            readings.boards.push_back(std::move(*reading->board));
        } else if (reading && reading->alive) {
            ++readings.unread;
        }
    }
    closedir(entries);  // and the copy with it
    return readings;
}

}  // namespace koshelf::platform
