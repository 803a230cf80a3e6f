// What Redis says of itself.
#pragma once

#include <map>
#include <string>

#include "store/database.h"

namespace koshelf::store {

// The fields of INFO: "run_id", "redis_version", "aof_enabled", …; "db3" is there if that database is not
// empty.
using RedisInfo = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] StoreResult<RedisInfo> redis_info(Database& database);

}  // namespace koshelf::store
