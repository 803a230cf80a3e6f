// Building the indexes for data that has none: what the reference server wrote, or a restored dump.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/ids.h"
#include "store/database.h"

namespace koshelf::store {

// The layout of the indexes that this version makes.
inline constexpr std::string_view kSchemaVersion = "1";

// Whether the indexes have never been built (koshelf:schema is absent).
[[nodiscard]] StoreResult<bool> needs_reindex(Database& database);

struct ReindexProgress {
    std::int64_t documents = 0;  // entered or found in their account's index
    std::int64_t accounts = 0;
    std::int64_t orphans = 0;  // documents whose account does not exist: left alone
    bool complete = false;     // false: another process is at it, or keep_going said no
};

// Walks the keyspace in small steps and enters every document into its account's index and every account
// into koshelf:users, while the server goes on serving. What it has done is remembered after every step, so
// it goes on where it was stopped (or from the start, if Redis was restarted: the walk's cursor is only good
// for one life of Redis, and everything here can be done twice). Sets koshelf:schema at the end.
//
// `owner` names this process in the lock that keeps two from doing the work at once; `keep_going` is asked
// between steps.
[[nodiscard]] StoreResult<ReindexProgress> reindex(Database& database, const std::string& owner,
                                                   const std::function<bool()>& keep_going);

// The same for one account, at once. For a deletion that comes before the first reindex is complete.
[[nodiscard]] StoreResult<void> index_account(Database& database, const core::Username& username);

}  // namespace koshelf::store
