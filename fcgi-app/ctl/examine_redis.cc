#include "core/doctor/redis.h"
#include "ctl/examination.h"
#include "platform/clock.h"
#include "store/outbox.h"
#include "store/reindex.h"
#include "store/vitals.h"

namespace koshelf::ctl {
namespace {

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
    auto facts = store::Vitals(database).take();
    reached = facts.has_value();
    if (!facts) return {core::doctor::judge_unreachable_redis(where, facts.error().detail)};
    facts->where = where;
    core::doctor::Findings findings = core::doctor::judge_redis(*facts);
    const core::doctor::Findings data = core::doctor::judge_data(data_of(database));
    findings.insert(findings.end(), data.begin(), data.end());
    return findings;
}

}  // namespace koshelf::ctl
