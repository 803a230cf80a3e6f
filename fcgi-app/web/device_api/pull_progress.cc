#include "core/identifiers.h"
#include "core/json_text.h"
#include "core/url.h"
#include "platform/metrics.h"
#include "web/caller.h"
#include "web/device_api/device_api.h"

namespace koshelf::web {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;

// "document" is there only beside another field: a device takes a bare document for a position.
std::string to_json(const store::Pulled& pulled) {
    core::JsonObject answer;
    const core::StoredPosition& position = pulled.position;
    if (position.empty()) return answer.finish();
    if (position.percentage) answer.add("percentage", *position.percentage);
    if (position.progress) answer.add("progress", *position.progress);
    if (position.device) answer.add("device", *position.device);
    if (position.device_id) answer.add("device_id", *position.device_id);
    if (position.timestamp) answer.add("timestamp", *position.timestamp);
    answer.add("document", pulled.document);
    if (!pulled.match.empty()) answer.add("match", pulled.match).add("progress_match", pulled.progress_match);
    return answer.finish();
}

using PullResult = store::StoreResult<std::optional<store::Pulled>>;

// One round trip, unless Audiobookshelf has to be asked.
PullResult pull(Services& services, const Caller& caller, const core::DocumentId& document) {
    const std::string digest = services.live_pull.credential_digest(caller.username);
    if (digest.empty()) return services.positions.pull(caller.username, caller.credential, document);
    auto pulled = services.positions.pull_linked(caller.username, caller.credential, document, digest);
    if (!pulled || !*pulled || !services.live_pull.refresh(caller.username, **pulled)) return pulled;
    return services.positions.pull(caller.username, caller.credential, document);
}

// The same for whatever record the identifiers name, which is known only when it has been read.
PullResult pull_named(Services& services, const Caller& caller, const core::IdentifierList& identifiers) {
    auto pulled = services.positions.pull(caller.username, caller.credential, identifiers);
    const std::string digest = services.live_pull.credential_digest(caller.username);
    if (digest.empty() || !pulled || !*pulled) return pulled;
    const auto document = core::DocumentId::parse((*pulled)->document);
    if (!document) return pulled;
    const auto linked = services.positions.pull_linked(caller.username, caller.credential, *document, digest);
    if (!linked || !*linked || !services.live_pull.refresh(caller.username, **linked)) return pulled;
    return services.positions.pull(caller.username, caller.credential, identifiers);
}

}  // namespace

Response pull_progress(Services& services, const Call& call) {
    const auto caller = identify(call.request);
    if (!caller) return refuse(services, call.request);
    const auto document = core::DocumentId::parse(call.named);
    if (!document) {
        return reject_fields(services, call.request, *caller, core::ProtocolError::kDocumentMissing);
    }

    PullResult pulled;
    if (const auto ids = core::query_parameter(call.request.query, "ids")) {
        const auto identifiers = core::IdentifierList::parse_query(*ids, *document);
        if (!identifiers) return reject_fields(services, call.request, *caller, identifiers.error());
        pulled = pull_named(services, *caller, *identifiers);
    } else {
        pulled = pull(services, *caller, *document);
    }
    if (!pulled) return store_failed(services, pulled.error());
    if (!*pulled) return refuse(services, call.request);
    services.accounts.touch(caller->username, call.request.now);
    services.devices.saw_pull(caller->username,
                              services.addresses.of(caller->username, call.request.remote_address),
                              call.request.now);
    metrics::count((**pulled).position.empty() ? series(Metric::kPulls, "empty")
                                               : series(Metric::kPulls, "found"));
    return json_response(200, to_json(**pulled));
}

}  // namespace koshelf::web
