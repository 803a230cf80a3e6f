#include <chrono>

#include "core/doctor/redis.h"
#include "ctl/examination.h"
#include "platform/clock.h"
#include "store/outbox.h"
#include "store/redis_info.h"
#include "store/reindex.h"
#include "store/settings.h"

namespace koshelf::ctl {
namespace {

using core::doctor::RedisFacts;

bool failed_last(const core::RedisInfo& info, std::string_view name) {
    return info.text(name) && !info.says(name, "ok");
}

RedisFacts facts_of(const core::RedisInfo& info) {
    RedisFacts facts;
    facts.version = info.text("redis_version").value_or("");
    facts.role = info.text("role").value_or("");
    facts.cluster = info.says("cluster_enabled", "1");
    facts.used_bytes = static_cast<double>(info.number("used_memory").value_or(0));
    facts.limit_bytes = static_cast<double>(info.number("maxmemory").value_or(0));
    facts.eviction = info.text("maxmemory_policy").value_or("");
    facts.append_only = info.says("aof_enabled", "1");
    facts.write_failed = failed_last(info, "aof_last_write_status");
    facts.snapshot_failed = failed_last(info, "rdb_last_bgsave_status");
    facts.rewrite_failed = failed_last(info, "aof_last_bgrewrite_status");
    return facts;
}

core::doctor::DataFacts data_of(store::Database& database) {
    core::doctor::DataFacts facts;
    const auto unfinished = store::needs_reindex(database);
    facts.indexed = unfinished && !*unfinished;
    store::Outbox outbox(database);
    if (const auto total = outbox.totals()) {
        facts.accounts = total->accounts;
        facts.dead_letters = total->dead;
    }
    if (const auto first = outbox.accounts(1); first && !first->empty())
        facts.oldest_waiting_ms = platform::now_millis() - first->front().second;
    return facts;
}

}  // namespace

core::doctor::Findings examine_redis(const Surroundings& surroundings, store::Database& database,
                                     bool& reached) {
    const std::string where = surroundings.config.redis.describe();
    const auto info = store::redis_info(database);
    reached = info.has_value();
    if (!info) return {core::doctor::judge_unreachable_redis(where, info.error().detail)};
    RedisFacts facts = facts_of(*info);
    facts.where = where;
    const core::EpochMillis before = platform::now_millis();
    const auto clock = store::redis_clock(database);
    const core::EpochMillis after = platform::now_millis();
    facts.latency_ms = static_cast<double>(after - before);
    if (clock) facts.clock_ahead_ms = *clock - (before + after) / 2;
    facts.fsync = store::redis_setting(database, "appendfsync");
    facts.save = store::redis_setting(database, "save");
    core::doctor::Findings findings = core::doctor::judge_redis(facts);
    const core::doctor::Findings data = core::doctor::judge_data(data_of(database));
    findings.insert(findings.end(), data.begin(), data.end());
    return findings;
}

}  // namespace koshelf::ctl
