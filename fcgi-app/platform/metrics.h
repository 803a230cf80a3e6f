// Counting: what a process notes about itself for GET /metrics. Each call is an addition to memory that all
// processes of a pool share (platform/scoreboard.h): no lock, no system call, a few nanoseconds.
//
//     metrics::count(series(Metric::kPulls, "found"));
//
// Before a process has been given a place there, and in programs without one, it counts in memory of its own
// that nobody looks at. The names are in core/metrics/registry.h.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/metrics/cells.h"

namespace koshelf::platform::metrics {

using Cell = std::atomic<std::uint64_t>;
using Clock = std::chrono::steady_clock;

// For a counter.
void count(core::metrics::Series series, std::uint64_t by = 1);
// The same with labels that are known only now; nothing is counted for a value that the registry does not
// have.
void count(core::metrics::Metric metric, std::string_view first, std::string_view second = {});

// For a histogram.
void observe(core::metrics::Series series, std::chrono::nanoseconds took);

// For a gauge, which is what this process contributes to it.
void set(core::metrics::Series series, std::uint64_t value);

// A request was answered. `route`: its place among the routes of the scoreboard.
void count_request(std::size_t route, int status, std::chrono::nanoseconds took);

// Notes how much memory this process has, at most every ten seconds: call it whenever it is convenient.
void note_memory(Clock::time_point now);

// Where this process counts from now on: the cells of all metrics, then those of each route. They stay valid
// as long as the process counts; an empty span: nowhere again.
void count_in(std::span<Cell> cells);

}  // namespace koshelf::platform::metrics
