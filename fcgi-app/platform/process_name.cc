#include "platform/process_name.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>

#include <unistd.h>

namespace koshelf::platform {
namespace {

// Processes that can see each other by number: the same machine and the same container.
std::string neighbourhood() {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    std::array<char, 64> space{};
    const ssize_t length = readlink("/proc/self/ns/pid", space.data(), space.size() - 1);
    return std::string(host.data()) + "/" +
           std::string(space.data(), length > 0 ? static_cast<std::size_t>(length) : 0) + "/";
}

}  // namespace

std::string process_name() {
    return neighbourhood() + std::to_string(getpid());
}

bool has_ended_here(std::string_view name) {
    const std::string here = neighbourhood();
    if (!name.starts_with(here)) return false;
    name.remove_prefix(here.size());
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc() || end != name.data() + name.size() || pid <= 0) return false;
    return kill(pid, 0) != 0 && errno == ESRCH;
}

}  // namespace koshelf::platform
