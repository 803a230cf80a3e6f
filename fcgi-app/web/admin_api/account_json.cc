#include "web/admin_api/account_json.h"

#include "core/json_text.h"

namespace koshelf::web {

std::string account_json(const Services& services, const store::RosterEntry& entry,
                         const std::string& first) {
    const std::string& name = entry.username.str();
    const bool admin = name == first || services.config.admin_users.contains(name);
    core::JsonObject json;
    json.add("username", name).add("role", admin ? "admin" : "reader").add("documents", entry.documents);
    if (entry.created != 0) json.add("created", entry.created);
    if (entry.last_seen != 0) json.add("last_seen", entry.last_seen);
    json.add("connected", services.settings.current().credential_of(entry.username) != nullptr);
    return json.finish();
}

}  // namespace koshelf::web
