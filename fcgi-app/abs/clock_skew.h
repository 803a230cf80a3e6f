// ClockSkew: how far the server's clock is ahead of ours.
#pragma once

#include <cstdint>
#include <optional>

#include "platform/clock.h"

namespace koshelf::abs {

// Server's time minus ours, in milliseconds, and by how much that may be wrong either way.
struct SkewEstimate {
    std::int64_t offset = 0;
    std::int64_t uncertainty = 0;
};

// Each Date header (whole seconds, cut off) bounds the offset to about a second; the bounds of many exchanges
// overlap in less. Bounds grow with age, as clocks drift; where one contradicts the others, a clock was set,
// and it begins anew. Pure: the times come in as arguments.
class ClockSkew {
  public:
    // `date`: what the server said; `sent`, `received`: our clock around that exchange. One that cannot be
    // (received before sent) is ignored.
    void observe(platform::EpochMillis date, platform::EpochMillis sent, platform::EpochMillis received);

    // As of our time `now`; nothing before the first observation.
    [[nodiscard]] std::optional<SkewEstimate> estimate(platform::EpochMillis now) const;

    // A time of the server's clock on ours, and the other way; unchanged while nothing is known.
    [[nodiscard]] platform::EpochMillis to_local(platform::EpochMillis server_time) const;
    [[nodiscard]] platform::EpochMillis to_server(platform::EpochMillis local_time) const;

  private:
    struct Bounds {
        std::int64_t low = 0;
        std::int64_t high = 0;
    };
    [[nodiscard]] Bounds bounds_at(platform::EpochMillis now) const;

    bool known_ = false;
    Bounds bounds_;
    platform::EpochMillis as_of_ = 0;
};

}  // namespace koshelf::abs
