#include "platform/metrics.h"

#include <array>
#include <cassert>
#include <charconv>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace koshelf::platform::metrics {
namespace {

using core::metrics::kFixedCells;
using core::metrics::kRouteCells;
using core::metrics::Metric;
using core::metrics::Series;

constexpr std::chrono::seconds kMemoryInterval{10};

// Where somebody counts who has not been told where.
std::array<Cell, kFixedCells> nowhere{};
std::span<Cell> here = nowhere;

static_assert(Cell::is_always_lock_free && sizeof(Cell) == sizeof(std::uint64_t));

// Nobody but this process adds to its cells, except where there are more processes than cells: so it is an
// addition and not a load and a store.
void add(std::size_t cell, std::uint64_t by) {
    here[cell].fetch_add(by, std::memory_order_relaxed);
}

void add_duration(std::size_t first, std::span<const double> bounds, std::chrono::nanoseconds took) {
    const auto microseconds = static_cast<std::uint64_t>(took.count() < 0 ? 0 : took.count() / 1000);
    add(first + core::metrics::bucket_of(bounds, static_cast<double>(microseconds) / 1e6), 1);
    add(first + bounds.size() + 1, microseconds);
}

// Resident pages of this process, from "size resident shared …"; nothing where there is no /proc.
std::optional<std::uint64_t> resident_pages() {
    const int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::nullopt;
    std::array<char, 128> text{};
    const ssize_t length = read(fd, text.data(), text.size());
    close(fd);
    if (length <= 0) return std::nullopt;
    const std::string_view line(text.data(), static_cast<std::size_t>(length));
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    std::uint64_t pages = 0;
    const auto [end, error] = std::from_chars(line.data() + blank + 1, line.data() + line.size(), pages);
    return error == std::errc() ? std::optional(pages) : std::nullopt;
}

}  // namespace

void count(Series series, std::uint64_t by) {
    add(series.first, by);
}

void count(Metric metric, std::string_view first, std::string_view second) {
    const auto series = core::metrics::find(metric, first, second);
    assert(series);
    if (series) count(*series);
}

void observe(Series series, std::chrono::nanoseconds took) {
    add_duration(series.first, core::metrics::describe(series.metric).bounds, took);
}

void set(Series series, std::uint64_t value) {
    here[series.first].store(value, std::memory_order_relaxed);
}

void count_request(std::size_t route, int status, std::chrono::nanoseconds took) {
    if (route >= (here.size() - kFixedCells) / kRouteCells) return;
    const std::size_t first = kFixedCells + route * kRouteCells;
    add(first + core::metrics::status_cell(status), 1);
    add_duration(first + core::metrics::kFirstCell[static_cast<std::size_t>(Metric::kRequestDuration)],
                 core::metrics::bounds::kRequest, took);
}

void note_memory(Clock::time_point now) {
    static Clock::time_point next{};
    if (now < next) return;
    next = now + kMemoryInterval;
    if (const auto pages = resident_pages())
        set(series(Metric::kResidentMemory), *pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
}

void count_in(std::span<Cell> cells) {
    here = cells.size() < kFixedCells ? std::span<Cell>(nowhere) : cells;
}

}  // namespace koshelf::platform::metrics
