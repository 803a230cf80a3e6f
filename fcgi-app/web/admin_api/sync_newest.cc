#include "core/json_text.h"
#include "platform/clock.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/record_fetch.h"
#include "web/admin_api/restoring.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

Response done(std::string_view what, std::string_view message) {
    return json_response(200, core::JsonObject().add("outcome", what).add("message", message).finish());
}

// The bridge decides once more, and carries it over.
Response queue(Services& services, const relay::Subject& subject, core::EpochMillis now) {
    const auto revived = services.outbox.revive(subject.username, subject.document, now);
    if (!revived) return store_failed(services, revived.error());
    const auto added = services.outbox.add(subject.username, subject.document, now);
    if (!added) return store_failed(services, added.error());
    if (!*added) return admin_error(AdminError::kNoAccount);
    return done("queued", bridge_is_running(services) ? "What is read is newer: on its way to the audiobook."
                                                      : "Waits for the bridge, which is not running.");
}

}  // namespace

// The newest change wins, as always; only at once.
Response sync_newest(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto record = fetch_record(services, *loaded);
    if (!record) return record.error();
    const core::EpochMillis now = platform::now_millis();
    const auto outcome =
        services.desk.importer.consider(record->subject, record->remote, record->device_name, now);
    if (!outcome) return store_failed(services, outcome.error());
    using Outcome = relay::Importer::Outcome;
    switch (*outcome) {
        case Outcome::kImported: return done("imported", "What is heard is newer: your readers open there.");
        case Outcome::kNoPlace:
            return done("no_place", "What is heard is newer, but nothing can be told to a reader.");
        case Outcome::kNothing: return done("agreed", "Both agree already.");
        case Outcome::kPush:
        case Outcome::kWait: return queue(services, record->subject, now);
        case Outcome::kGone: return admin_error(AdminError::kNoAccount);
        case Outcome::kLater: break;
    }
    return admin_error(AdminError::kBookNotReady);
}

}  // namespace koshelf::web
