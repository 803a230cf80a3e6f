// What Redis says of itself.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/position.h"
#include "store/database.h"

namespace koshelf::store {

// The fields of INFO: "run_id", "redis_version", "aof_enabled", …; "db3" is there if that database is not
// empty.
using RedisInfo = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] StoreResult<RedisInfo> redis_info(Database& database);

// What time it has.
[[nodiscard]] StoreResult<core::EpochMillis> redis_clock(Database& database);

// One of its settings (CONFIG GET); nothing if it lets nobody see them, or has none of that name.
[[nodiscard]] std::optional<std::string> redis_setting(Database& database, std::string_view name);

}  // namespace koshelf::store
