#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/suggestion_json.h"
#include "web/admin_api/suggestion_walk.h"

namespace koshelf::web {

Response list_suggestions(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return session.error();
    const auto username = subject_account(services, *session, call.request);
    if (!username) return username.error();
    const auto proposals =
        propose(services, *username, parameter(call.request, "cursor"), limit_of(call.request));
    if (!proposals) return proposals.error();
    core::JsonArray list;
    for (const Proposal& each : proposals->found) {
        list.add_json(suggestion_json(each.best, each.sure)
                          .add("document", each.view.document.str())
                          .add("title", each.view.title())
                          .add("authors", each.view.authors())
                          .add("filename", each.view.record.metadata.filename.value_or(""))
                          .finish());
    }
    return page_response("suggestions", list.finish(), proposals->next);
}

}  // namespace koshelf::web
