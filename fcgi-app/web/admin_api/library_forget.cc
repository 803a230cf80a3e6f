#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/loaded_document.h"
#include "web/caller.h"

namespace koshelf::web {

Response forget_document(Services& services, const Call& call) {
    const auto subject = open_document(services, call);
    if (!subject) return subject.error();
    // Only for its name: what is damaged can be forgotten as well.
    const auto views = view_all(services.desk.records, services.desk.cache, services.settings.current(),
                                subject->username, {subject->document});
    const auto forgotten = services.desk.shelf.forget(subject->username, subject->document);
    if (!forgotten) return store_failed(services, forgotten.error());
    if (!*forgotten) return admin_error(AdminError::kNoDocument);
    services.log.info("document.forgotten")
        .with("user", subject->username.str())
        .with("document", subject->document.str())
        .with("by", subject->caller.str());
    const std::string name = views ? name_of(views->front()) : subject->document.str();
    note_deed(services, *subject, "console.forgotten", name + " forgotten, with its history");
    return json_response(200, core::JsonObject().add("deleted", true).finish());
}

}  // namespace koshelf::web
