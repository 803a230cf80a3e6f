// Readings: how things stand, as one round trip to Redis tells. For the metrics.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/position.h"
#include "store/database.h"
#include "store/totals.h"

namespace koshelf::store {

struct Readings {
    std::int64_t accounts = 0;
    std::array<std::int64_t, 3> active{};  // accounts that were seen within a day, a week, 30 days
    bool indexed = false;                  // all data has its indexes

    std::int64_t outbox_accounts = 0;  // that have something in their outbox
    std::int64_t due_accounts = 0;     // of which have something due
    core::EpochMillis overdue = 0;     // how long the first has been due, ms; 0 if nothing is
    bool has_sync_bridge = false;      // some process has the lease
    bool has_library_bridge = false;
    bool breaker_open = false;  // no device waits for Audiobookshelf (PullGate)

    std::int64_t maps_wanted = 0;           // books whose text is to be read
    core::EpochMillis maps_wanted_for = 0;  // how long the first of them has been wanted, ms

    // What Redis says of itself; nothing if it does not.
    std::optional<std::int64_t> memory_bytes;
    std::optional<std::int64_t> memory_limit_bytes;  // 0: none
    std::optional<bool> persistence_ok;  // the last write to the append-only file, the last snapshot

    std::optional<Totals> totals;  // as of the last count; nothing if that is long ago
};

[[nodiscard]] StoreResult<Readings> take_readings(Database& database, core::EpochMillis now);

}  // namespace koshelf::store
