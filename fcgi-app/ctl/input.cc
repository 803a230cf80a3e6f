#include "ctl/input.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "platform/signals.h"

namespace koshelf::ctl {
namespace {

// A signal may come between the look at it and the waiting.
constexpr int kLookAgainMilliseconds = 200;

}  // namespace

tl::expected<Input, std::string> Input::open(const std::string& path) {
    Input input(path == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                            : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (input.file_ < 0) {
        return tl::unexpected("cannot read " + (path == "-" ? "standard input" : path) + ": " +
                              std::strerror(errno));
    }
    return input;
}

Input::~Input() {
    if (file_ >= 0) close(file_);
}

Input::Input(Input&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

Input& Input::operator=(Input&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
}

tl::expected<std::size_t, std::string> Input::read(std::span<char> into) {
    std::size_t have = 0;
    while (have < into.size()) {
        if (platform::stop_requested()) return tl::unexpected(std::string("interrupted"));
        pollfd wait{.fd = file_, .events = POLLIN, .revents = 0};
        const int ready = poll(&wait, 1, kLookAgainMilliseconds);
        if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
        const ssize_t got = ::read(file_, into.data() + have, into.size() - have);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got < 0) return tl::unexpected(std::string("it cannot be read: ") + std::strerror(errno));
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    return have;
}

}  // namespace koshelf::ctl
