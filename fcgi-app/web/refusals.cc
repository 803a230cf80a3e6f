#include "web/refusals.h"

#include <array>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <sys/mman.h>

namespace koshelf::web {
namespace {

constexpr std::size_t kSlots = 65'536;
constexpr std::size_t kTableBytes = kSlots * sizeof(std::uint64_t);
constexpr std::uint64_t kCountMask = 0xFFFF;

std::uint64_t mix(std::uint64_t hash, unsigned char byte) {
    return (hash ^ byte) * 0x100000001B3ULL;
}

// A hash of the address; of an IPv6 address its first 64 bits, which is what one customer is given.
std::uint64_t key_of(std::string_view address) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET6, std::string(address).c_str(), bytes.data()) == 1) {
        // Of an IPv4 address in IPv6 clothes ("::ffff:192.0.2.1") it is the other half that tells.
        const bool mapped = bytes[10] == 0xFF && bytes[11] == 0xFF && address.starts_with("::ffff:");
        const std::size_t first = mapped ? 8 : 0;
        for (std::size_t i = first; i < first + 8; ++i) hash = mix(hash, bytes[i]);
    } else {
        for (const char c : address) hash = mix(hash, static_cast<unsigned char>(c));
    }
    return hash;
}

// The upper 48 bits of a slot: whose it is, and in which minute. Its count starts again when they change.
std::uint64_t owner_of(std::uint64_t key, core::EpochSeconds now) {
    const std::uint64_t minute = static_cast<std::uint64_t>(now / 60) & 0xFFFFFFULL;
    return (key >> 40U) << 40U | minute << 16U;
}

}  // namespace

void Refusals::Unmap::operator()(Slot* slots) const {
    munmap(slots, kTableBytes);
}

Refusals::Refusals(int limit_per_minute) : limit_(limit_per_minute) {
    static_assert(sizeof(Slot) == sizeof(std::uint64_t) && Slot::is_always_lock_free);
    if (limit_ == 0) return;
    void* memory = mmap(nullptr, kTableBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    // Without memory for the table nobody is counted; serving goes before guarding.
    if (memory == MAP_FAILED) {
        limit_ = 0;
        return;
    }
    slots_.reset(static_cast<Slot*>(memory));
}

Refusals::Slot& Refusals::slot_of(std::uint64_t key) const {
    return slots_[key % kSlots];
}

void Refusals::count(std::string_view address, core::EpochSeconds now) {
    if (limit_ == 0 || address.empty()) return;
    const std::uint64_t key = key_of(address);
    const std::uint64_t owner = owner_of(key, now);
    Slot& slot = slot_of(key);
    std::uint64_t seen = slot.load(std::memory_order_relaxed);
    std::uint64_t next = 0;
    do {
        const bool mine = (seen & ~kCountMask) == owner;
        if (mine && (seen & kCountMask) == kCountMask) return;
        next = mine ? seen + 1 : owner + 1;
    } while (!slot.compare_exchange_weak(seen, next, std::memory_order_relaxed));
}

bool Refusals::blocks(std::string_view address, core::EpochSeconds now) const {
    if (limit_ == 0 || address.empty()) return false;
    const std::uint64_t key = key_of(address);
    const std::uint64_t seen = slot_of(key).load(std::memory_order_relaxed);
    return (seen & ~kCountMask) == owner_of(key, now) &&
           (seen & kCountMask) >= static_cast<std::uint64_t>(limit_);
}

}  // namespace koshelf::web
