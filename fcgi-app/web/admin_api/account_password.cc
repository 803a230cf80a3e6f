#include "core/json_text.h"
#include "web/admin_api/account_of_path.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/password_field.h"
#include "web/caller.h"

namespace koshelf::web {

Response set_password(Services& services, const Call& call) {
    const auto named = account_of_path(services, call);
    if (!named) return named.error();
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const auto credential = password_field(body->root());
    if (!credential) return credential.error();
    const core::Username& username = named->account.username;
    // One's own only in place of the one that was shown: of two changes at once, one wins.
    const auto changed =
        named->own() ? services.accounts.change_credential(username, named->session.credential, *credential)
                     : services.accounts.reset_credential(username, *credential);
    if (!changed) return store_failed(services, changed.error());
    if (!*changed) return named->own() ? refuse(services, call.request) : admin_error(AdminError::kNoAccount);
    services.log.info("account.password_changed")
        .with("user", username.str())
        .with("by", named->session.username.str());
    return json_response(200, core::JsonObject().add("updated", true).finish());
}

}  // namespace koshelf::web
