#include <utility>

#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/restoring.h"
#include "web/admin_api/session.h"

namespace koshelf::web {

// What is read now wins, whatever the times say: it becomes the newest change, and the bridge carries it
// over.
Response sync_to_audio(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    if (const auto subject = linked_subject(*loaded); !subject) return subject.error();
    if (const auto account = connection_of(services, loaded->subject.username); !account)
        return account.error();
    const core::StoredPosition& position = loaded->view.record.position;
    if (!position.percentage || !position.progress) return admin_error(AdminError::kNoPosition);
    if (auto failure = make_newest(services, *loaded, *position.percentage, *position.progress))
        return std::move(*failure);
    const bool running = bridge_is_running(services);
    return json_response(200, core::JsonObject()
                                  .add("outcome", "queued")
                                  .add("bridge", running)
                                  .add("message", running ? "On its way to the audiobook."
                                                          : "Waits for the bridge, which is not running.")
                                  .finish());
}

}  // namespace koshelf::web
