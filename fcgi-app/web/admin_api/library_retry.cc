#include "core/json_text.h"
#include "platform/clock.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/loaded_document.h"
#include "web/admin_api/restoring.h"
#include "web/caller.h"

namespace koshelf::web {

// What was given up, or waits for its next attempt, is due now.
Response retry_document(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const core::Username& username = loaded->subject.username;
    const core::DocumentId& document = loaded->subject.document;
    const core::EpochMillis now = platform::now_millis();
    const auto revived = services.outbox.revive(username, document, now);
    if (!revived) return store_failed(services, revived.error());
    const bool waits = *revived > 0 || loaded->view.record.due.has_value();
    const bool running = bridge_is_running(services);
    core::JsonObject json;
    if (!waits) {
        return json_response(200, json.add("outcome", "nothing")
                                      .add("bridge", running)
                                      .add("message", "Nothing of it waits for Audiobookshelf.")
                                      .finish());
    }
    const auto added = services.outbox.add(username, document, now);
    if (!added) return store_failed(services, added.error());
    if (!*added) return admin_error(AdminError::kNoAccount);
    return json_response(200, json.add("outcome", "queued")
                                  .add("bridge", running)
                                  .add("message", running ? "On its way to the audiobook."
                                                          : "Waits for the bridge, which is not running.")
                                  .finish());
}

}  // namespace koshelf::web
