#include "core/json_text.h"
#include "platform/clock.h"
#include "platform/metrics.h"
#include "store/activity.h"
#include "web/caller.h"
#include "web/device_api/device_api.h"
#include "web/device_api/push_body.h"

namespace koshelf::web {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;

struct OutcomeName {
    std::string_view event;
    core::metrics::Series counter;
};

OutcomeName outcome_name(store::PushOutcome outcome) {
    switch (outcome) {
        case store::PushOutcome::kRefreshed: return {"push.refreshed", series(Metric::kPushes, "refreshed")};
        case store::PushOutcome::kStale: return {"push.stale", series(Metric::kPushes, "stale")};
        case store::PushOutcome::kFull: return {"push.full", series(Metric::kPushes, "full")};
        case store::PushOutcome::kStored: break;
    }
    return {"push.stored", series(Metric::kPushes, "stored")};
}

bool has_audiobookshelf(const Services& services, const core::Username& username) {
    return services.settings.current().credential_of(username) != nullptr;
}

// One round trip. With the first push after somebody has connected the account to Audiobookshelf it takes
// a second: that this is so was learned in the first.
store::StoreResult<std::optional<store::PushReceipt>> store_push(Services& services, const Caller& caller,
                                                                 const store::Push& push,
                                                                 core::EpochSeconds now) {
    const bool wanted = has_audiobookshelf(services, caller.username);
    auto receipt = services.positions.push(caller.username, caller.credential, push, now,
                                           wanted ? store::Delivery::kOutbox : store::Delivery::kNone);
    if (wanted || !receipt || !*receipt || (*receipt)->outcome != store::PushOutcome::kStored ||
        !has_audiobookshelf(services, caller.username)) {
        return receipt;
    }
    const auto document = core::DocumentId::parse((*receipt)->record);
    if (!document) return receipt;
    const auto added = services.outbox.add(caller.username, *document, now * 1000);
    if (!added) return tl::unexpected(added.error());
    return receipt;
}

// A KOReader sends it again and again: people are told once.
void tell_that_it_is_full(Services& services, const core::Username& username, const store::Push& push) {
    const std::string name = push.metadata.title.value_or(push.document.str());
    store::Activity(services.database)
        .note({.at = platform::now_millis(),
               .username = username.str(),
               .document = {},
               .event = "account.full",
               .sentence = name + " of " + push.position.device +
                           " was not stored: this account has as many documents as it may have"});
}

}  // namespace

Response push_progress(Services& services, const Call& call) {
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const auto caller = identify(call.request);
    if (!caller) return refuse(services, call.request);
    auto push = read_push(body->root());
    if (!push) return reject_fields(services, call.request, *caller, push.error());
    push->address_digest = services.addresses.of(caller->username, call.request.remote_address);

    const auto receipt = store_push(services, *caller, *push, call.request.now);
    if (!receipt) return store_failed(services, receipt.error());
    if (!*receipt) return refuse(services, call.request);
    services.accounts.touch(caller->username, call.request.now);

    const store::PushReceipt& stored = **receipt;
    const OutcomeName outcome = outcome_name(stored.outcome);
    metrics::count(outcome.counter);
    services.log.info(outcome.event)
        .with("user", caller->username.str())
        .with("document", stored.document)
        .with("device", push->position.device);
    if (stored.outcome == store::PushOutcome::kFull) {
        if (stored.first_refusal) tell_that_it_is_full(services, caller->username, *push);
        return error_response(core::ProtocolError::kTooManyDocuments);
    }
    core::JsonObject answer;
    answer.add("document", stored.document);
    if (!stored.match.empty()) answer.add("match", stored.match);
    answer.add("timestamp", call.request.now);
    return json_response(200, answer.finish());
}

}  // namespace koshelf::web
