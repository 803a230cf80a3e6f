#include <utility>

#include "web/admin_api/account_json.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/managed_account.h"
#include "web/caller.h"

namespace koshelf::web {

Response set_role(Services& services, const Call& call) {
    const auto managed = managed_account(services, call);
    if (!managed) return managed.error();
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const std::string role(body->root().member("role").string());
    if (role != "admin" && role != "reader") return field_error("role", "role is admin or reader.");
    const core::Username& username = managed->account.username;
    const core::Username& by = managed->session.username;
    const auto& fixed = services.config.admin_users;
    if (username == by) return admin_error(AdminError::kOwnRole);
    if (role == "reader" && fixed.contains(username.str())) return admin_error(AdminError::kFixedRole);

    const auto done = services.desk.roles.appoint(username, role == "admin", by, fixed.contains(by.str()));
    if (!done) return store_failed(services, done.error());
    if (*done == store::Roles::Appointment::kNoRight) return admin_error(AdminError::kNotForYou);
    if (*done == store::Roles::Appointment::kNoAccount) return admin_error(AdminError::kNoAccount);
    services.log.info("account.role_changed")
        .with("user", username.str())
        .with("by", by.str())
        .with("role", role);
    note_management(
        services, *managed, "account.role",
        by.str() + " made " + username.str() + (role == "admin" ? " an administrator" : " a reader"));
    return account_as_it_is(services, username);
}

}  // namespace koshelf::web
