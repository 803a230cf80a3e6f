#include "web/admin_api/account_json.h"

#include "core/json_text.h"

namespace koshelf::web {
namespace {

// "" if it does not administer.
std::string_view to_string(store::RoleOrigin origin) {
    switch (origin) {
        case store::RoleOrigin::kNone: return "";
        case store::RoleOrigin::kEnvironment: return "environment";
        case store::RoleOrigin::kFirst: return "first";
        case store::RoleOrigin::kAppointed: return "console";
    }
    return "";
}

}  // namespace

std::string account_json(const Services& services, const store::RosterEntry& entry,
                         const std::string& first) {
    const std::string_view origin = to_string(role_origin(entry, first, services.config.admin_users));
    core::JsonObject json;
    json.add("username", entry.username.str()).add("role", origin.empty() ? "reader" : "admin");
    if (!origin.empty()) json.add("role_from", origin);
    json.add("documents", entry.documents)
        .add("devices", entry.devices)
        .add("quota", entry.documents_limit.value_or(services.config.documents_limit))
        .add("quota_own", entry.documents_limit.has_value());
    if (entry.created != 0) json.add("created", entry.created);
    if (entry.last_seen != 0) json.add("last_seen", entry.last_seen);
    json.add("connected", services.settings.current().credential_of(entry.username) != nullptr);
    return json.finish();
}

}  // namespace koshelf::web
