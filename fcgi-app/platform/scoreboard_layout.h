// How a scoreboard lies in memory: a header, the names of the routes, then one slot for each process. For
// platform/scoreboard only.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "platform/metrics.h"
#include "platform/scoreboard.h"

namespace koshelf::platform::scoreboard {

struct Header {
    std::array<char, 16> magic{};
    std::uint64_t layout = 0;  // core::metrics::layout_fingerprint()
    std::uint32_t tree = 0;
    std::uint32_t slots = 0;
    std::uint32_t routes = 0;
    std::uint32_t unused = 0;
    std::int64_t started_ms = 0;
    std::array<std::uint32_t, core::metrics::kProcesses.size()> wanted{};
};

struct RouteText {
    std::array<char, 8> method{};
    std::array<char, 120> path{};  // cut there, should one be longer
};

struct SlotHeader {
    std::atomic<std::uint32_t> taken;
    std::uint32_t process = 0;
};

inline constexpr std::size_t kHeaderBytes = 128;
inline constexpr std::size_t kSlotHeaderBytes = 64;  // a cache line, as slots are whole ones
static_assert(sizeof(Header) <= kHeaderBytes && sizeof(SlotHeader) <= kSlotHeaderBytes);

inline constexpr std::array<char, 16> kMagic = {"koshelf metrics"};

// Where everything lies.
struct Geometry {
    std::size_t slots = 0;
    std::size_t routes = 0;

    [[nodiscard]] std::size_t cells() const {
        return core::metrics::kFixedCells + routes * core::metrics::kRouteCells;
    }
    [[nodiscard]] std::size_t slot_bytes() const {
        const std::size_t bytes = kSlotHeaderBytes + cells() * sizeof(metrics::Cell);
        return (bytes + kSlotHeaderBytes - 1) / kSlotHeaderBytes * kSlotHeaderBytes;
    }
    [[nodiscard]] std::size_t route_offset(std::size_t route) const {
        return kHeaderBytes + route * sizeof(RouteText);
    }
    [[nodiscard]] std::size_t slot_offset(std::size_t slot) const {
        return route_offset(routes) + slot * slot_bytes();
    }
    [[nodiscard]] std::size_t bytes() const { return slot_offset(slots); }
};

// Copies what stands in memory of that length. Nothing if it is no scoreboard of this layout.
[[nodiscard]] std::optional<core::metrics::ScoreboardReading> read(const std::byte* memory,
                                                                   std::size_t length);

}  // namespace koshelf::platform::scoreboard
