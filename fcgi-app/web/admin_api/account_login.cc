#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/session.h"
#include "web/version.h"

namespace koshelf::web {

Response login(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return session.error();
    services.accounts.touch(session->username, call.request.now);
    const abs::Settings& settings = services.settings.current();
    return json_response(200, core::JsonObject()
                                  .add("username", session->username.str())
                                  .add("role", session->admin ? "admin" : "reader")
                                  .add("configured", settings.configured())
                                  .add("connected", settings.credential_of(session->username) != nullptr)
                                  .add("version", kVersion)
                                  .finish());
}

}  // namespace koshelf::web
