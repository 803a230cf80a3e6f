// WholeDatabase: all keys of ours in one database of Redis, for who copies or replaces them together.
#pragma once

#include <cstdint>
#include <functional>

#include "store/database.h"

namespace koshelf::store {

// Whether anybody has anything here: an account, a document, or a setting. What the processes of a server
// keep for themselves does not count.
[[nodiscard]] StoreResult<bool> has_data(Database& database);

// Whether there are keys of other programs here.
[[nodiscard]] StoreResult<bool> has_foreign_data(Database& database);

// Copies our keys into another database, of the same Redis or of another one that is not older. What expires
// by itself is about the processes of a running server, and stays behind. `copied` is told how many there are
// so far, and says whether to go on.
[[nodiscard]] StoreResult<std::int64_t> copy_database(Database& from, Database& to,
                                                      const std::function<bool(std::int64_t)>& copied);

// How many keys there are, whoever's.
[[nodiscard]] StoreResult<std::int64_t> size_of(Database& database);

// Each has what the other had, at one moment: whoever is connected to one of them sees the other's keys from
// then on.
[[nodiscard]] StoreResult<void> swap_databases(Database& database, int one, int other);

// Removes everything.
[[nodiscard]] StoreResult<void> clear(Database& database);

}  // namespace koshelf::store
