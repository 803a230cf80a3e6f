// What is wrong with the devices of an account, in words for people who do not know how positions travel.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/matching_method.h"
#include "core/position.h"

namespace koshelf::core {

// Differences between a device's clock and ours, in seconds, as far as its pushes tell: the largest of the
// newest `count` pushes that had a time, and the largest of the ten before those. A push may be late, so each
// is too small by what it was late, and the largest is the best.
struct ClockReadings {
    std::optional<std::int64_t> newest;
    std::optional<std::int64_t> before;
    std::int64_t count = 0;
};

// How far a clock is ahead (or, if negative, behind). A time in the future is believed at once; that a clock
// is behind only after a few pushes, none of which came sooner. Nothing if that cannot be told yet.
[[nodiscard]] std::optional<std::int64_t> clock_skew(const ClockReadings& readings);

struct DeviceFacts {
    std::string name;
    EpochSeconds last_push = 0;
    MatchingMethod method = MatchingMethod::kUnknown;
    std::optional<std::int64_t> clock_skew;  // seconds
    std::int64_t stale_run = 0;              // how many stale pushes in a row, up to now
};

struct DeviceProblem {
    std::string_view problem;          // for machines: methods_differ, same_name, clock, stale
    std::vector<std::size_t> devices;  // whom it concerns: indexes, in ascending order
    std::string message;               // what it means and what to do
};

// Devices that have been silent for three months do not count.
[[nodiscard]] std::vector<DeviceProblem> find_device_problems(std::span<const DeviceFacts> devices,
                                                              EpochSeconds now);

}  // namespace koshelf::core
