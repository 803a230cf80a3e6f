#include "core/json_text.h"
#include "web/caller.h"
#include "web/device_api/device_api.h"
#include "web/device_api/push_body.h"

namespace koshelf::web {
namespace {

std::string_view event_name(store::PushOutcome outcome) {
    switch (outcome) {
        case store::PushOutcome::kStored: return "push.stored";
        case store::PushOutcome::kRefreshed: return "push.refreshed";
        case store::PushOutcome::kStale: return "push.stale";
    }
    return "push.unknown";
}

}  // namespace

Response push_progress(Services& services, const Call& call) {
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const auto caller = identify(call.request);
    if (!caller) return refuse(services, call.request);
    const auto push = read_push(body->root());
    if (!push) return reject_fields(services, call.request, *caller, push.error());

    const auto receipt = services.positions.push(caller->username, caller->credential, *push,
                                                 call.request.now, store::Delivery::kNone);
    if (!receipt) return store_failed(services, receipt.error());
    if (!*receipt) return refuse(services, call.request);
    services.accounts.touch(caller->username, call.request.now);

    const store::PushReceipt& stored = **receipt;
    services.log.info(event_name(stored.outcome))
        .with("user", caller->username.str())
        .with("document", stored.document)
        .with("device", push->position.device);
    core::JsonObject answer;
    answer.add("document", stored.document);
    if (!stored.match.empty()) answer.add("match", stored.match);
    answer.add("timestamp", call.request.now);
    return json_response(200, answer.finish());
}

}  // namespace koshelf::web
