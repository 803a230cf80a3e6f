#include "abs/clock_skew.h"

#include <algorithm>

namespace koshelf::abs {
namespace {

// The header names a second that may have been over for a moment: servers make the text once a second.
constexpr std::int64_t kResolution = 1000;
constexpr std::int64_t kLateness = 100;
// 200 parts in a million: two bad quartz clocks against each other.
constexpr std::int64_t kMillisPerDrift = 5000;

}  // namespace

ClockSkew::Bounds ClockSkew::bounds_at(platform::EpochMillis now) const {
    const std::int64_t drift = std::max<std::int64_t>(now - as_of_, 0) / kMillisPerDrift;
    return {bounds_.low - drift, bounds_.high + drift};
}

void ClockSkew::observe(platform::EpochMillis date, platform::EpochMillis sent,
                        platform::EpochMillis received) {
    if (received < sent) return;
    // Somewhere in [sent, received] the server's clock showed something in [date, date + resolution +
    // lateness).
    const Bounds seen{date - received, date + kResolution + kLateness - sent};
    const Bounds before = bounds_at(received);
    const Bounds both{std::max(seen.low, before.low), std::min(seen.high, before.high)};
    // After a step back of our own clock the age of what is known cannot be told.
    const bool agree = known_ && received >= as_of_ && both.low <= both.high;
    bounds_ = agree ? both : seen;
    as_of_ = received;
    known_ = true;
}

std::optional<SkewEstimate> ClockSkew::estimate(platform::EpochMillis now) const {
    if (!known_) return std::nullopt;
    const Bounds bounds = bounds_at(now);
    return SkewEstimate{bounds.low + (bounds.high - bounds.low) / 2, (bounds.high - bounds.low + 1) / 2};
}

platform::EpochMillis ClockSkew::to_local(platform::EpochMillis server_time) const {
    const auto skew = estimate(as_of_);
    return skew ? server_time - skew->offset : server_time;
}

platform::EpochMillis ClockSkew::to_server(platform::EpochMillis local_time) const {
    const auto skew = estimate(as_of_);
    return skew ? local_time + skew->offset : local_time;
}

}  // namespace koshelf::abs
