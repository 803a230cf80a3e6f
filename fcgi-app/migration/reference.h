// The reference server's Redis, and every other that has its two kinds of keys.
#pragma once

#include <optional>
#include <string>

#include "migration/foreign.h"
#include "store/database.h"

namespace koshelf::migration {

// Walks the keyspace twice: accounts, then documents. Documents of no account are left out and counted.
// `user`: only that account's.
[[nodiscard]] Outcome read_reference(store::Database& database, const std::optional<std::string>& user,
                                     const Sink& sink);

}  // namespace koshelf::migration
