#include "store/vitals.h"

#include <chrono>
#include <optional>
#include <string_view>

#include "store/redis_info.h"

namespace koshelf::store {
namespace {

using core::Persistence;
using Clock = std::chrono::steady_clock;

// `fsync` ("" if that is not said), and whether there are snapshots now and then.
Persistence persistence_of(const core::RedisInfo& info, std::string_view fsync,
                           std::optional<bool> snapshots) {
    if (info.says("aof_enabled", "1")) {
        if (fsync == "always") return Persistence::kLogAlways;
        if (fsync == "everysec") return Persistence::kLogEverySecond;
        return fsync == "no" ? Persistence::kLogSometimes : Persistence::kLog;
    }
    if (!snapshots) return Persistence::kUnknown;
    return *snapshots ? Persistence::kSnapshots : Persistence::kNone;
}

}  // namespace

StoreResult<core::RedisHealth> Vitals::take() {
    core::RedisHealth health;
    const auto asked = Clock::now();
    if (const auto pong = database_.ask({"PING"}); !pong) return tl::unexpected(pong.error());
    health.latency_ms = std::chrono::duration<double, std::milli>(Clock::now() - asked).count();

    const auto told = redis_info(database_);
    if (!told && told.error().kind == StoreError::Kind::kUnreachable) return tl::unexpected(told.error());
    const core::RedisInfo info = told.value_or(core::RedisInfo(""));
    health.told = info.text("redis_version").has_value();
    if (!health.told) return health;
    health.version = info.text("redis_version").value_or("");
    health.memory_bytes = info.number("used_memory").value_or(0);
    health.memory_limit_bytes = info.number("maxmemory").value_or(0);
    health.system_bytes = info.number("total_system_memory").value_or(0);
    health.eviction = info.text("maxmemory_policy").value_or("");
    health.loading = info.says("loading", "1");
    health.replica = info.says("role", "slave");
    health.replicas = info.number("connected_slaves").value_or(0);
    health.disk_failed =
        info.says("aof_last_write_status", "err") || info.says("rdb_last_bgsave_status", "err");

    const auto save = redis_setting(database_, "save");
    health.persistence = persistence_of(info, redis_setting(database_, "appendfsync").value_or(""),
                                        save ? std::optional(!save->empty()) : std::nullopt);
    return health;
}

}  // namespace koshelf::store
