#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/session.h"
#include "web/caller.h"

namespace koshelf::web {

Response forget_device(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return session.error();
    const auto username = subject_account(services, *session, call.request);
    if (!username) return username.error();
    const auto forgotten = services.devices.forget(*username, call.named);
    if (!forgotten) return store_failed(services, forgotten.error());
    if (!*forgotten) return admin_error(AdminError::kNoDevice);
    return json_response(200, core::JsonObject().add("deleted", true).finish());
}

}  // namespace koshelf::web
