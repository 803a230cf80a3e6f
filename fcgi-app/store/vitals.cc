#include "store/vitals.h"

#include <chrono>
#include <string_view>

#include "platform/clock.h"
#include "store/redis_info.h"

namespace koshelf::store {
namespace {

using core::doctor::RedisFacts;
using Clock = std::chrono::steady_clock;

bool failed_last(const core::RedisInfo& info, std::string_view name) {
    return info.text(name) && !info.says(name, "ok");
}

// An answer that refuses is one.
template <typename T>
bool is_away(const StoreResult<T>& answer) {
    return !answer && answer.error().kind == StoreError::Kind::kUnreachable;
}

void read(const core::RedisInfo& info, RedisFacts& facts) {
    facts.version = info.text("redis_version").value_or("");
    facts.role = info.text("role").value_or("");
    facts.cluster = info.says("cluster_enabled", "1");
    facts.loading = info.says("loading", "1");
    facts.replicas = info.number("connected_slaves").value_or(0);
    facts.used_bytes = info.number("used_memory").value_or(0);
    facts.limit_bytes = info.number("maxmemory").value_or(0);
    facts.system_bytes = info.number("total_system_memory").value_or(0);
    facts.eviction = info.text("maxmemory_policy").value_or("");
    facts.append_only = info.says("aof_enabled", "1");
    facts.write_failed = failed_last(info, "aof_last_write_status");
    facts.snapshot_failed = failed_last(info, "rdb_last_bgsave_status");
    facts.rewrite_failed = failed_last(info, "aof_last_bgrewrite_status");
}

}  // namespace

StoreResult<RedisFacts> Vitals::take() {
    RedisFacts facts;
    const core::EpochMillis before = platform::now_millis();
    const auto asked = Clock::now();
    const auto clock = redis_clock(database_);
    facts.latency_ms = std::chrono::duration<double, std::milli>(Clock::now() - asked).count();
    if (is_away(clock)) return tl::unexpected(clock.error());
    if (clock) facts.clock_ahead_ms = *clock - (before + platform::now_millis()) / 2;
    const auto told = redis_info(database_);
    if (is_away(told)) return tl::unexpected(told.error());
    const core::RedisInfo info = told.value_or(core::RedisInfo(""));
    facts.told = info.text("redis_version").has_value();
    if (!facts.told) return facts;
    read(info, facts);
    facts.fsync = redis_setting(database_, "appendfsync");
    facts.save = redis_setting(database_, "save");
    facts.stops_writes = redis_setting(database_, "stop-writes-on-bgsave-error").value_or("yes") != "no";
    return facts;
}

}  // namespace koshelf::store
