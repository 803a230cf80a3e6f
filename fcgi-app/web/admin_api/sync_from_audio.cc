#include "core/json_text.h"
#include "platform/clock.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/record_fetch.h"
#include "web/caller.h"

namespace koshelf::web {

// What is heard wins, whatever the times say.
Response sync_from_audio(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto record = fetch_record(services, *loaded);
    if (!record) return record.error();
    if (!record->remote)
        return admin_error(AdminError::kNoPosition, "Nothing has been played or read there yet.");
    const auto outcome = services.desk.importer.bring(record->subject, *record->remote, record->device_name,
                                                      platform::now_millis());
    if (!outcome) return store_failed(services, outcome.error());
    using Outcome = relay::Importer::Outcome;
    const auto done = [](std::string_view what, std::string_view message) {
        return json_response(200, core::JsonObject().add("outcome", what).add("message", message).finish());
    };
    switch (*outcome) {
        case Outcome::kImported: return done("imported", "Your readers open there from now on.");
        case Outcome::kNoPlace:
            return done(
                "no_place",
                "The text is not known, and no device has pushed a place yet: nothing can be told to a "
                "reader.");
        case Outcome::kNothing:
            return admin_error(AdminError::kNoPosition, "Nothing has been played or read there yet.");
        case Outcome::kGone: return admin_error(AdminError::kNoAccount);
        case Outcome::kPush:
        case Outcome::kWait:
        case Outcome::kLater: break;
    }
    return admin_error(AdminError::kBookNotReady);
}

}  // namespace koshelf::web
