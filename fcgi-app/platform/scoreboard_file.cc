#include "platform/scoreboard_file.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/scoreboard_layout.h"

namespace koshelf::platform::scoreboard {
namespace {

constexpr int kMostOfAKind = 100;  // masters on one directory
constexpr int kLockAttempts = 100;
constexpr std::chrono::milliseconds kLockPause{10};
constexpr const char* kLockName = ".lock";

}  // namespace

void Descriptor::reset() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
}

Mapping::Mapping(void* start, std::size_t length)
    : start_(start == MAP_FAILED ? nullptr : static_cast<std::byte*>(start)), length_(length) {}

void Mapping::reset() {
    if (start_ != nullptr) munmap(start_, length_);
    start_ = nullptr;
}

std::string why(std::string_view what) {
    return std::string(what) + ": " + std::strerror(errno);
}

tl::expected<Descriptor, std::string> open_directory(const std::string& path, bool make) {
    if (make && mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
        return tl::unexpected(why("cannot make " + path));
    Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory) return tl::unexpected(why("cannot open " + path));
    struct stat status {};
    if (fstat(directory.get(), &status) != 0) return tl::unexpected(why("cannot look at " + path));
    if (status.st_uid != geteuid() || (status.st_mode & S_IWOTH) != 0)
        return tl::unexpected(path + " is somebody else's, or anybody may write there");
    return directory;
}

tl::expected<Descriptor, std::string> lock_directory(const Descriptor& directory) {
    Descriptor lock(openat(directory.get(), kLockName, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock) return tl::unexpected(why("cannot make a file"));
    for (int attempt = 0; attempt < kLockAttempts; ++attempt) {
        if (flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
        std::this_thread::sleep_for(kLockPause);
    }
    return tl::unexpected(why("cannot lock the directory"));
}

std::optional<FileReading> read_file(const Descriptor& directory, const std::string& name) {
    const Descriptor file(
        openat(directory.get(), name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
    struct stat status {};
    if (!file || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    FileReading reading;
    reading.alive = flock(file.get(), LOCK_SH | LOCK_NB) != 0;
    const auto length = static_cast<std::size_t>(status.st_size);
    if (length == 0) return reading;
    const Mapping mapping(mmap(nullptr, length, PROT_READ, MAP_SHARED, file.get(), 0), length);
    if (mapping) reading.board = read(mapping.start(), mapping.length());
    if (reading.board) reading.board->alive = reading.alive;
    return reading;
}

std::optional<Vacancy> find_vacancy(const Descriptor& directory, core::metrics::Process tree) {
    const std::string kind(core::metrics::kProcesses[static_cast<std::size_t>(tree)]);
    for (int i = 0; i < kMostOfAKind; ++i) {
        const std::string name = i == 0 ? kind : kind + "." + std::to_string(i);
        auto reading = read_file(directory, name);
        if (!reading) return Vacancy{.name = name, .before = std::nullopt};
        if (!reading->alive) return Vacancy{.name = name, .before = std::move(reading->board)};
    }
    return std::nullopt;
}

bool is_scoreboard_name(std::string_view name) {
    const std::string_view kind = name.substr(0, name.find('.'));
    return std::ranges::find(core::metrics::values::kTrees, kind) != core::metrics::values::kTrees.end();
}

}  // namespace koshelf::platform::scoreboard
