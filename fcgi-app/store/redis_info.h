// What Redis says of itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/position.h"
#include "core/redis_info.h"
#include "store/database.h"

namespace koshelf::store {

// All of INFO.
[[nodiscard]] StoreResult<core::RedisInfo> redis_info(Database& database);

// What time it has.
[[nodiscard]] StoreResult<core::EpochMillis> redis_clock(Database& database);

// One of its settings (CONFIG GET); nothing if it lets nobody see them, or has none of that name.
[[nodiscard]] std::optional<std::string> redis_setting(Database& database, std::string_view name);

}  // namespace koshelf::store
