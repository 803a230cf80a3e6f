#include "platform/scoreboard_layout.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace koshelf::platform::scoreboard {
namespace {

// Nobody has so many; what says it has is damaged.
constexpr std::uint32_t kMostSlots = 1 << 16;
constexpr std::uint32_t kMostRoutes = 1 << 12;

template <std::size_t N>
std::string text_of(const std::array<char, N>& bytes) {
    return {bytes.begin(), std::ranges::find(bytes, '\0')};
}

bool is_process(std::uint32_t number) {
    return number < core::metrics::kProcesses.size();
}

core::metrics::SlotReading read_slot(const std::byte* memory, const Geometry& geometry, std::size_t slot) {
    const std::byte* start = memory + geometry.slot_offset(slot);
    const auto* header = reinterpret_cast<const SlotHeader*>(start);
    core::metrics::SlotReading reading;
    if (is_process(header->process)) reading.process = static_cast<core::metrics::Process>(header->process);
    reading.taken = header->taken.load(std::memory_order_relaxed) != 0;
    const std::span cells(reinterpret_cast<const metrics::Cell*>(start + kSlotHeaderBytes), geometry.cells());
    reading.cells.reserve(cells.size());
    for (const metrics::Cell& cell : cells) reading.cells.push_back(cell.load(std::memory_order_relaxed));
    return reading;
}

}  // namespace

std::optional<core::metrics::ScoreboardReading> read(const std::byte* memory, std::size_t length) {
    if (length < kHeaderBytes) return std::nullopt;
    Header header;
    std::memcpy(&header, memory, sizeof header);
    const bool ours = header.magic == kMagic && header.layout == core::metrics::layout_fingerprint() &&
                      is_process(header.tree) && header.slots <= kMostSlots && header.routes <= kMostRoutes;
    if (!ours) return std::nullopt;
    const Geometry geometry{.slots = header.slots, .routes = header.routes};
    if (length != geometry.bytes()) return std::nullopt;

    core::metrics::ScoreboardReading reading;
    reading.tree = static_cast<core::metrics::Process>(header.tree);
    reading.started = static_cast<double>(header.started_ms) / 1000;
    for (std::size_t i = 0; i < header.wanted.size(); ++i) {
        if (header.wanted[i] > 0)
            reading.wanted.emplace_back(static_cast<core::metrics::Process>(i), header.wanted[i]);
    }
    for (std::size_t i = 0; i < geometry.routes; ++i) {
        RouteText text;
        std::memcpy(&text, memory + geometry.route_offset(i), sizeof text);
        reading.routes.push_back({.method = text_of(text.method), .path = text_of(text.path)});
    }
    for (std::size_t i = 0; i < geometry.slots; ++i) reading.slots.push_back(read_slot(memory, geometry, i));
    return reading;
}

}  // namespace koshelf::platform::scoreboard
