#include "web/metrics_page.h"

#include "core/metrics/tally.h"
#include "platform/clock.h"
#include "platform/scoreboard.h"
#include "store/readings.h"
#include "web/version.h"

namespace koshelf::web {
namespace {

using core::metrics::Exposition;
using core::metrics::Metric;

// Prometheus gives up after ten seconds, and so does nginx.
constexpr std::chrono::milliseconds kCountingPatience{5'000};

double flag(bool value) {
    return value ? 1 : 0;
}

double seconds_of(core::EpochMillis milliseconds) {
    return static_cast<double>(milliseconds) / 1000;
}

void add_totals(Exposition& page, const store::Totals& totals, core::EpochMillis now) {
    page.add(Metric::kDocuments, static_cast<double>(totals.documents));
    page.add(Metric::kOutboxDocuments, static_cast<double>(totals.outbox));
    page.add(Metric::kDeadLetters, static_cast<double>(totals.dead_letters));
    page.add(Metric::kTotalsTime, seconds_of(totals.counted));
    const core::EpochSeconds age = totals.oldest_waiting == 0 ? 0 : now / 1000 - totals.oldest_waiting;
    page.add(Metric::kOutboxOldest, static_cast<double>(std::max<core::EpochSeconds>(0, age)));
}

void add_redis(Exposition& page, const store::Readings& readings) {
    if (readings.memory_bytes) page.add(Metric::kRedisMemory, static_cast<double>(*readings.memory_bytes));
    if (readings.memory_limit_bytes)
        page.add(Metric::kRedisMemoryLimit, static_cast<double>(*readings.memory_limit_bytes));
    if (readings.persistence_ok) page.add(Metric::kRedisPersistence, flag(*readings.persistence_ok));
}

void add_readings(Exposition& page, const store::Readings& readings) {
    using core::metrics::values::kPeriods;
    page.add(Metric::kAccounts, static_cast<double>(readings.accounts));
    for (std::size_t i = 0; i < kPeriods.size(); ++i)
        page.add(Metric::kActiveAccounts, kPeriods[i], static_cast<double>(readings.active[i]));
    page.add(Metric::kIndexed, flag(readings.indexed));
    page.add(Metric::kOutboxAccounts, static_cast<double>(readings.outbox_accounts));
    page.add(Metric::kOutboxDue, static_cast<double>(readings.due_accounts));
    page.add(Metric::kOutboxOverdue, seconds_of(readings.overdue));
    page.add(Metric::kBridgeLeader, "sync", flag(readings.has_sync_bridge));
    page.add(Metric::kBridgeLeader, "library", flag(readings.has_library_bridge));
    page.add(Metric::kBreakerOpen, flag(readings.breaker_open));
    page.add(Metric::kMapsWanted, static_cast<double>(readings.maps_wanted));
    page.add(Metric::kMapsWantedAge, seconds_of(readings.maps_wanted_for));
}

void add_store(Exposition& page, Services& services) {
    const core::EpochMillis now = platform::now_millis();
    auto readings = store::take_readings(services.database, now);
    page.add(Metric::kRedisUp,
             flag(readings || readings.error().kind == store::StoreError::Kind::kUnexpected));
    if (!readings) return;
    if (store::is_outdated(readings->totals, now)) {
        // Where that fails, the last count is shown, with its time.
        if (auto counted = store::count_totals(services.database, kCountingPatience); counted && *counted)
            readings->totals = **counted;
    }
    add_redis(page, *readings);
    add_readings(page, *readings);
    if (readings->totals) add_totals(page, *readings->totals, now);
}

}  // namespace

bool may_see_metrics(const Services& services, const Request& request) {
    return !request.arrival.of_a_stranger() && services.config.metrics_allow.contains(request.remote_address);
}

Response show_metrics(Services& services, const Call& call) {
    if (!may_see_metrics(services, call.request)) {
        services.log.info("metrics.refused").with("from", call.request.remote_address);
        return http_error(403, "Not for this address; KOSHELF_METRICS_ALLOW says for which.");
    }
    Exposition page;
    page.add(Metric::kBuildInfo, kVersion, 1);
    add_store(page, services);
    const auto readings = platform::read_scoreboards(services.config.metrics_dir);
    core::metrics::tally(page, readings.boards);
    page.add(Metric::kUnreadFiles, static_cast<double>(readings.unread));
    Response response;
    response.body = page.text();
    response.content_type = core::metrics::kContentType;
    return response;
}

}  // namespace koshelf::web
