#include "relay/budgeted_pull.h"

#include <algorithm>

#include "abs/calls.h"
#include "platform/clock.h"
#include "platform/metrics.h"

namespace koshelf::relay {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;
using std::chrono::milliseconds;

// What is left of the budget for Redis before and after.
constexpr milliseconds kForRedis{100};

}  // namespace

bool BudgetedPull::run(const Subject& subject, const abs::Settings& settings) {
    const abs::Account* account = settings.credential_of(subject.username);
    if (account == nullptr || budget_ <= kForRedis) return false;
    const std::string digest = account->credential.digest();
    const auto open = gate_.enter(digest, subject.item, budget_);
    if (!open || !*open) {
        metrics::count(series(Metric::kLivePulls, "not-asked"));
        return false;
    }

    const std::string& user_id = account->credential.user_id;
    const auto deadline = std::chrono::steady_clock::now() + budget_ - kForRedis;
    const auto ask = [&](abs::ProgressRoute route) {
        const auto left =
            std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
        auto call = abs::get_progress(settings.server, account->credential, subject.item.str(), route);
        call.request.timeout = std::max(milliseconds(50), std::min(left, settings.server.timeout));
        call.request.connect_timeout = call.request.timeout;
        return abs::perform(http_, call);
    };
    auto record = ask(user_id.empty() ? abs::ProgressRoute::kOwn : abs::ProgressRoute::kOfUserId);
    if (record && !record->value && !user_id.empty()) {
        // No record, or no such route. The key's own record counts if the key is that user's.
        record = ask(abs::ProgressRoute::kOwn);
        if (record && record->value && record->value->user != user_id) record->value.reset();
    }
    if (!record) {
        const bool no_answer = !record.error().permanent();
        if (no_answer) gate_.close();
        metrics::count(series(Metric::kLivePulls, "failed"));
        log_.warn("pull.failed")
            .with("kind", abs::to_string(record.error().kind))
            .with("why", record.error().detail);
        return false;
    }
    gate_.leave(digest, subject.item);
    if (!record->value) {
        metrics::count(series(Metric::kLivePulls, "unchanged"));
        return false;
    }

    const core::EpochMillis now = platform::now_millis();
    // A second is what the Date header can tell; only a clock that is wrong by more is corrected.
    core::EpochMillis skew = 0;
    if (record->server_time && std::abs(*record->server_time + 500 - now) > 2'000)
        skew = *record->server_time + 500 - now;
    const auto outcome =
        importer_.consider(subject, remote_state(*record->value, skew, false), account->device_name, now);
    const bool imported = outcome && *outcome == Importer::Outcome::kImported;
    metrics::count(imported ? series(Metric::kLivePulls, "imported")
                            : series(Metric::kLivePulls, "unchanged"));
    return imported;
}

}  // namespace koshelf::relay
