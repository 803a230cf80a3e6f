#include "web/admin_api/admin_api.h"
#include "web/admin_api/diagnosis.h"
#include "web/admin_api/session.h"

namespace koshelf::web {

Response connection_status(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return session.error();
    const auto username = subject_account(services, *session, call.request);
    if (!username) return username.error();
    const abs::Settings settings = services.settings.current();
    return json_response(200, diagnose(services, settings, *username));
}

}  // namespace koshelf::web
