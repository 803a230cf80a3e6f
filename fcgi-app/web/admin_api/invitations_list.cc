#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/invitation_json.h"
#include "web/admin_api/session.h"
#include "web/caller.h"

namespace koshelf::web {

Response list_invitations(Services& services, const Call& call) {
    if (const auto session = open_admin_session(services, call.request); !session) return session.error();
    const auto page =
        services.desk.invitations.list(parameter(call.request, "cursor"), limit_of(call.request));
    if (!page) return store_failed(services, page.error());
    core::JsonArray invitations;
    for (const store::Invitation& each : page->invitations)
        invitations.add_json(invitation_json(each).finish());
    return page_response("invitations", invitations.finish(), page->next);
}

}  // namespace koshelf::web
