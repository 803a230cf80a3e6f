#include <utility>

#include "core/bridge/explain.h"
#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/restoring.h"
#include "web/caller.h"

namespace koshelf::web {

Response restore_position(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const std::string id(body->root().member("id").string());
    if (id.empty()) return field_error("id", "id must be that of an entry of the history.");
    const auto entry =
        services.desk.records.history_entry(loaded->subject.username, loaded->subject.document, id);
    if (!entry) return store_failed(services, entry.error());
    if (!*entry) return admin_error(AdminError::kNoEntry);
    if (!(*entry)->percentage || (*entry)->progress.empty()) return admin_error(AdminError::kNoPosition);
    if (auto failure = make_newest(services, *loaded, *(*entry)->percentage, (*entry)->progress))
        return std::move(*failure);
    const std::string sentence =
        core::bridge::percent(*(*entry)->percentage) + " of " + (*entry)->device + " restored";
    note_deed(services, loaded->subject, "console.restored", name_of(loaded->view) + ": " + sentence);
    return json_response(200, core::JsonObject()
                                  .add("restored", true)
                                  .add("percentage", *(*entry)->percentage)
                                  .add("message", sentence)
                                  .finish());
}

}  // namespace koshelf::web
