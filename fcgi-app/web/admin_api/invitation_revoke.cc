#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/session.h"
#include "web/caller.h"

namespace koshelf::web {

Response revoke_invitation(Services& services, const Call& call) {
    const auto session = open_admin_session(services, call.request);
    if (!session) return session.error();
    const auto revoked = services.desk.invitations.revoke(call.named);
    if (!revoked) return store_failed(services, revoked.error());
    if (!*revoked) return admin_error(AdminError::kNoInvitation);
    services.log.info("invitation.revoked")
        .with("invitation", call.named)
        .with("by", session->username.str());
    return json_response(200, core::JsonObject().add("deleted", true).finish());
}

}  // namespace koshelf::web
