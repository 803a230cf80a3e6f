#include "core/json_text.h"
#include "platform/clock.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/loaded_document.h"
#include "web/caller.h"

namespace koshelf::web {

// An explicit no, which nothing automatic overrules; with ?forget=true as if nobody had ever said anything.
Response unlink_document(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const DocumentSubject& subject = loaded->subject;
    const core::EpochMillis now = platform::now_millis();
    const bool forget = parameter(call.request, "forget") == "true";
    const auto change = forget ? services.desk.links.forget(subject.username, subject.document, now)
                               : services.desk.links.unlink(subject.username, subject.document, now);
    if (!change) return store_failed(services, change.error());
    if (*change == store::Links::Change::kNoAccount) return admin_error(AdminError::kNoAccount);
    note_deed(services, subject, "console.unlinked",
              name_of(loaded->view) + (forget ? ": links by themselves count again" : " unlinked"));
    return json_response(200, core::JsonObject().add("linked", false).finish());
}

}  // namespace koshelf::web
