#include "web/admin_api/admin_api.h"
#include "web/admin_api/config_changes.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/diagnosis.h"
#include "web/caller.h"

namespace koshelf::web {

// For administrators only: it makes this server talk to whatever address it is given.
Response try_connection(Services& services, const Call& call) {
    const auto session = open_admin_session(services, call.request);
    if (!session) return session.error();
    const auto username = subject_account(services, *session, call.request);
    if (!username) return username.error();
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const auto stored = services.desk.settings.load();
    if (!stored) return store_failed(services, stored.error());
    const auto changes = read_changes(body->root(), *stored, services.config);
    if (!changes) return changes.error();
    abs::Values overrides = stored->overrides;
    for (const auto& [name, value] : *changes) {
        if (value) {
            overrides.insert_or_assign(name, *value);
        } else {
            overrides.erase(name);
        }
    }
    const abs::Settings settings = abs::make_settings(services.config.audiobookshelf, overrides);
    return json_response(200, diagnose(services, settings, *username));
}

}  // namespace koshelf::web
