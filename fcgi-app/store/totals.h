// Totals: sums over all accounts. Counting them looks at every account of the index, so they are kept in
// Redis, for all who ask, and counted anew when they are a minute old.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/position.h"
#include "store/database.h"

namespace koshelf::store {

struct Totals {
    std::int64_t documents = 0;
    std::int64_t outbox = 0;                // documents that wait for Audiobookshelf
    core::EpochSeconds oldest_waiting = 0;  // when the oldest position of those was pushed; 0 if none waits
    std::int64_t dead_letters = 0;
    core::EpochMillis counted = 0;  // when
    std::int64_t took = 0;          // ms
};

// What keys::kTotals (a hash, all of it) says; nothing if it is gone.
[[nodiscard]] std::optional<Totals> read_totals(platform::RedisValue hash);

// Whether it is time to count again: after a minute, and later where counting takes long.
[[nodiscard]] bool is_outdated(const std::optional<Totals>& totals, core::EpochMillis now);

// Counts, a few hundred accounts at a time, and keeps the result. Nothing if somebody else is counting, or if
// `patience` was over first. An account that is damaged is left out with its neighbours.
[[nodiscard]] StoreResult<std::optional<Totals>> count_totals(Database& database,
                                                              std::chrono::milliseconds patience);

}  // namespace koshelf::store
