#include "bridge/leadership.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <string_view>

#include <unistd.h>

namespace koshelf::bridge {
namespace {

constexpr std::chrono::milliseconds kLife{6'000};
constexpr core::EpochMillis kRenewEvery = 1'500;

// Processes that can see each other by number: the same machine and the same container.
std::string neighbourhood() {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    std::array<char, 64> space{};
    const ssize_t length = readlink("/proc/self/ns/pid", space.data(), space.size() - 1);
    return std::string(host.data()) + "/" +
           std::string(space.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
}

// Whether `owner` is a process of this neighbourhood that has ended.
bool is_dead_neighbour(std::string_view owner) {
    const std::string here = neighbourhood() + "/";
    if (!owner.starts_with(here)) return false;
    owner.remove_prefix(here.size());
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(owner.data(), owner.data() + owner.size(), pid);
    if (error != std::errc() || pid <= 0) return false;
    return kill(pid, 0) != 0 && errno == ESRCH;
}

}  // namespace

Leadership::Leadership(store::Database& database, std::string role)
    : leases_(database), role_(std::move(role)), owner_(neighbourhood() + "/" + std::to_string(getpid())) {}

bool Leadership::hold(core::EpochMillis now) {
    if (now - asked_at_ < kRenewEvery && now >= asked_at_) return now < held_until_;
    asked_at_ = now;
    const auto acquired = leases_.acquire(role_, owner_, kLife);
    if (acquired && (*acquired || succeed_a_dead_neighbour())) {
        held_until_ = now + kLife.count();
    } else if (acquired) {
        held_until_ = 0;
    }
    return now < held_until_;
}

bool Leadership::succeed_a_dead_neighbour() {
    const auto holder = leases_.holder(role_);
    if (!holder || !*holder || !is_dead_neighbour(**holder)) return false;
    const auto released = leases_.release(role_, **holder);
    if (!released) return false;
    const auto acquired = leases_.acquire(role_, owner_, kLife);
    return acquired && *acquired;
}

void Leadership::release() {
    if (held_until_ == 0) return;
    held_until_ = 0;
    // Should it fail, the lease ends by itself.
    (void)leases_.release(role_, owner_);
}

}  // namespace koshelf::bridge
