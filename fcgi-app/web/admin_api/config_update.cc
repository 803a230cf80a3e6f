#include <cmath>

#include "core/json_text.h"
#include "platform/clock.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/config_changes.h"
#include "web/admin_api/desk.h"
#include "web/caller.h"

namespace koshelf::web {

Response update_config(Services& services, const Call& call) {
    const auto session = open_admin_session(services, call.request);
    if (!session) return session.error();
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const platform::JsonValue version = body->root().member("version");
    if (!version.is_number() || std::abs(version.number()) > 1e15)
        return field_error("version", "version must be the number that was read with the settings.");
    const auto stored = services.desk.settings.load();
    if (!stored) return store_failed(services, stored.error());
    const auto changes = read_changes(body->root(), *stored, services.config);
    if (!changes) return changes.error();
    const auto updated = services.desk.settings.update(*changes, static_cast<std::int64_t>(version.number()));
    if (!updated) return store_failed(services, updated.error());
    if (!*updated) return admin_error(AdminError::kSettingsChanged);

    std::string names;
    for (const auto& [name, value] : *changes) names += (names.empty() ? "" : ", ") + name;
    if (!names.empty()) {
        services.desk.activity.note({.at = platform::now_millis(),
                                     .username = session->username.str(),
                                     .event = "console.settings",
                                     .sentence = "Changed the settings: " + names});
    }
    return json_response(200, core::JsonObject().add("version", **updated).finish());
}

}  // namespace koshelf::web
