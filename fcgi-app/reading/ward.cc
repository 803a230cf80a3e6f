#include "reading/ward.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace koshelf::reading {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kComplete = '\n';  // the last byte of a whole result
constexpr int kBeatMs = 100;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KOSHELF_WARD_WITHOUT_MEMORY_LIMIT
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define KOSHELF_WARD_WITHOUT_MEMORY_LIMIT
#endif

// Shadow memory is address space as well.
#ifdef KOSHELF_WARD_WITHOUT_MEMORY_LIMIT
constexpr bool kLimitMemory = false;
#else
constexpr bool kLimitMemory = true;
#endif

void limit(decltype(RLIMIT_CPU) resource, std::size_t value) {
    const rlimit to{.rlim_cur = value, .rlim_max = value};
    setrlimit(resource, &to);
}

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) _exit(1);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

[[noreturn]] void live(const std::function<std::string()>& work, int out, pid_t parent,
                       const WardLimits& limits) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, static_cast<std::size_t>(limits.processor.count()));
    if (kLimitMemory) limit(RLIMIT_AS, limits.memory);
    write_all(out, work());
    write_all(out, {&kComplete, 1});
    // Nothing that was copied from the parent is torn down here: connections are the parent's.
    _exit(0);
}

// Reads until the end of the pipe. Nothing if everything went well.
std::optional<WardFailure> collect(int in, std::string& result, const std::function<bool()>& keep_on,
                                   const WardLimits& limits) {
    const auto deadline = Clock::now() + limits.wall;
    std::array<char, 65536> buffer{};
    while (true) {
        if (!keep_on()) return WardFailure::kStopped;
        if (Clock::now() > deadline) return WardFailure::kTimedOut;
        pollfd readable{.fd = in, .events = POLLIN, .revents = 0};
        if (poll(&readable, 1, kBeatMs) <= 0) continue;
        const ssize_t got = read(in, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return WardFailure::kCrashed;
        if (got == 0) return std::nullopt;
        result.append(buffer.data(), static_cast<std::size_t>(got));
        if (result.size() > limits.result) return WardFailure::kCrashed;
    }
}

}  // namespace

tl::expected<std::string, WardFailure> run_in_ward(const std::function<std::string()>& work,
                                                   const std::function<bool()>& keep_on,
                                                   const WardLimits& limits) {
    std::array<int, 2> pipe{};
    if (pipe2(pipe.data(), O_CLOEXEC) != 0) return tl::unexpected(WardFailure::kNoProcess);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        close(pipe[0]);
        live(work, pipe[1], parent, limits);
    }
    close(pipe[1]);
    if (child < 0) {
        close(pipe[0]);
        return tl::unexpected(WardFailure::kNoProcess);
    }
    std::string result;
    const auto failure = collect(pipe[0], result, keep_on, limits);
    close(pipe[0]);
    if (failure) kill(child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (failure) return tl::unexpected(*failure);
    const bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0 && result.ends_with(kComplete);
    if (!well) return tl::unexpected(WardFailure::kCrashed);
    result.pop_back();
    return result;
}

}  // namespace koshelf::reading
