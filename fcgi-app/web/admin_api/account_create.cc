#include "core/invitation_code.h"
#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/password_field.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

Response created(Services& services, const Request& request, const core::Username& username, bool admin) {
    services.log.info("account.created").with("user", username.str()).with("from", request.remote_address);
    return json_response(
        201,
        core::JsonObject().add("username", username.str()).add("role", admin ? "admin" : "reader").finish());
}

Response not_invited(Services& services, const Request& request, const core::Username& username) {
    services.log.info("invitation.refused").with("user", username.str()).with("from", request.remote_address);
    return admin_error(AdminError::kNotInvited);
}

// Without credentials: only as long as there is no account at all.
Response create_first(Services& services, const Request& request, const core::Username& username,
                      const core::Credential& credential) {
    const auto& admins = services.config.admin_users;
    if (!admins.empty() && !admins.contains(username.str())) {
        return field_error("username",
                           "KOSHELF_ADMIN_USERS says who administers this server: use a name from there.");
    }
    const auto outcome = services.desk.roles.create_first(username, credential, request.now);
    if (!outcome) return store_failed(services, outcome.error());
    switch (*outcome) {
        case store::Roles::Start::kFresh: return created(services, request, username, true);
        case store::Roles::Start::kStarted: return admin_error(AdminError::kNotFresh);
        case store::Roles::Start::kNotIndexed: break;
    }
    return admin_error(AdminError::kNotIndexed);
}

// Without credentials, with the code that an administrator gave: also while registration is closed.
Response create_invited(Services& services, const Request& request, const core::Username& username,
                        const core::Credential& credential, std::string_view typed) {
    const auto code = core::parse_invitation_code(typed);
    if (!code) return not_invited(services, request, username);
    // Who has such a name administers, and an invitation is not for that.
    using Naming = store::Invitations::Naming;
    const bool reserved = services.config.admin_users.contains(username.str());
    const auto outcome = services.desk.invitations.accept(*code, username, credential, request.now,
                                                          reserved ? Naming::kReserved : Naming::kFree);
    if (!outcome) return store_failed(services, outcome.error());
    switch (*outcome) {
        case store::Invitations::Acceptance::kCreated: return created(services, request, username, false);
        case store::Invitations::Acceptance::kNameTaken: return admin_error(AdminError::kNameTaken);
        case store::Invitations::Acceptance::kNotGood: break;
    }
    return not_invited(services, request, username);
}

}  // namespace

Response create_account(Services& services, const Call& call) {
    const Request& request = call.request;
    const bool anonymous = !request.auth_user && !request.auth_key;
    if (!anonymous) {
        if (const auto session = open_admin_session(services, request); !session) return session.error();
    }
    const auto body = parse_body(request);
    if (!body) return error_response(body.error());
    const auto username = username_field(body->root());
    if (!username) return username.error();
    const auto credential = password_field(body->root());
    if (!credential) return credential.error();
    const platform::JsonValue invitation = body->root().member("invitation");
    if (anonymous && invitation.exists() && !invitation.is_null())
        return create_invited(services, request, *username, *credential, invitation.string());
    if (anonymous) return create_first(services, request, *username, *credential);

    const auto made = services.accounts.create(*username, *credential, request.now);
    if (!made) return store_failed(services, made.error());
    if (!*made) return admin_error(AdminError::kNameTaken);
    return created(services, request, *username, services.config.admin_users.contains(username->str()));
}

}  // namespace koshelf::web
