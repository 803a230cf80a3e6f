// The file of a scoreboard, and the directory it lies in. For platform/scoreboard only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "core/metrics/tally.h"

namespace koshelf::platform::scoreboard {

// A descriptor that is closed.
class Descriptor {
  public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    ~Descriptor() { reset(); }
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) {
            reset();
            fd_ = std::exchange(other.fd_, -1);
        }
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

  private:
    void reset();

    int fd_;
};

// Mapped memory that is unmapped.
class Mapping {
  public:
    Mapping() = default;
    // What mmap() gave, which may be that there is none.
    Mapping(void* start, std::size_t length);
    ~Mapping() { reset(); }
    Mapping(Mapping&& other) noexcept
        : start_(std::exchange(other.start_, nullptr)), length_(std::exchange(other.length_, 0)) {}
    Mapping& operator=(Mapping&& other) noexcept {
        if (this != &other) {
            reset();
            start_ = std::exchange(other.start_, nullptr);
            length_ = std::exchange(other.length_, 0);
        }
        return *this;
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;

    [[nodiscard]] std::byte* start() const { return start_; }
    [[nodiscard]] std::size_t length() const { return length_; }
    explicit operator bool() const { return start_ != nullptr; }

  private:
    void reset();

    std::byte* start_ = nullptr;
    std::size_t length_ = 0;
};

// A phrase with what errno says.
[[nodiscard]] std::string why(std::string_view what);

// A directory where nobody else can have put anything. Made, if that is wanted, and only it itself is
// missing.
[[nodiscard]] tl::expected<Descriptor, std::string> open_directory(const std::string& path, bool make);

// Held while files are looked at and replaced: for a moment.
[[nodiscard]] tl::expected<Descriptor, std::string> lock_directory(const Descriptor& directory);

struct FileReading {
    std::optional<core::metrics::ScoreboardReading> board;  // nothing: another version's, or damaged
    bool alive = false;                                     // there are processes that use it
};

// Nothing if there is no such file.
[[nodiscard]] std::optional<FileReading> read_file(const Descriptor& directory, const std::string& name);

// The name of a file that no living process uses, and what was counted in it.
struct Vacancy {
    std::string name;
    std::optional<core::metrics::ScoreboardReading> before;
};

// Nothing if there are very many of that kind.
[[nodiscard]] std::optional<Vacancy> find_vacancy(const Descriptor& directory, core::metrics::Process tree);

// "device", "device.1": not the files that are being made, nor the lock.
[[nodiscard]] bool is_scoreboard_name(std::string_view name);

}  // namespace koshelf::platform::scoreboard
