#include "ctl/copied_file.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <span>
#include <string_view>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "ctl/careful_open.h"
#include "ctl/input.h"
#include "platform/signals.h"

namespace koshelf::ctl {
namespace {

namespace fs = std::filesystem;

constexpr int kAttempts = 20;
constexpr std::chrono::milliseconds kBetweenAttempts{250};
// The file, and what SQLite keeps beside it.
constexpr std::array<std::string_view, 3> kSuffixes = {"", "-journal", "-wal"};

// What changes when somebody writes: the same before and after means that nobody did meanwhile.
using Trace = std::vector<std::tuple<ino_t, off_t, time_t, long>>;

Trace trace_of(const std::string& path) {
    Trace trace;
    for (const std::string_view suffix : kSuffixes) {
        struct stat status {};
        if (stat((path + std::string(suffix)).c_str(), &status) != 0) status = {};
        trace.emplace_back(status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
    }
    return trace;
}

tl::expected<void, std::string> copy_once(const std::string& from, const std::string& to) {
    auto input = Input::open(from);
    if (!input) return tl::unexpected(input.error());
    if (auto done = copy_into(*input, to); !done) return done;
    for (const std::string_view suffix : std::span(kSuffixes).subspan<1>()) {
        const std::string name = from + std::string(suffix);
        auto beside = open_carefully(name);
        if (!beside && beside.error().why == NotOpened::Why::kAbsent) continue;
        if (!beside) return tl::unexpected(name + " " + beside.error().phrase);
        if (auto done = copy_into(*beside, to + std::string(suffix)); !done) return done;
    }
    return {};
}

}  // namespace

tl::expected<CopiedFile, std::string> CopiedFile::make(const std::string& path) {
    auto directory = TempDirectory::make();
    if (!directory) return tl::unexpected(directory.error());
    std::error_code error;
    // SQLite, too, looks beside the file, not beside a link to it.
    const fs::path real = fs::canonical(path, error);
    if (error) return tl::unexpected("cannot read " + path + ": " + error.message());
    const std::string copy = directory->path() / real.filename();
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        if (attempt > 0) std::this_thread::sleep_for(kBetweenAttempts);
        for (const std::string_view suffix : kSuffixes) fs::remove(copy + std::string(suffix), error);
        const Trace before = trace_of(real);
        const auto done = copy_once(real, copy);
        if (platform::stop_requested()) return tl::unexpected(std::string("interrupted"));
        if (!done) return tl::unexpected(done.error());
        if (trace_of(real) == before) return CopiedFile(std::move(*directory), copy);
    }
    return tl::unexpected(path + " is written all the time: stop its server for that long");
}

}  // namespace koshelf::ctl
