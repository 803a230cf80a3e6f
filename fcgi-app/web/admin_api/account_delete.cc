#include "core/json_text.h"
#include "web/admin_api/account_of_path.h"
#include "web/admin_api/admin_api.h"
#include "web/caller.h"

namespace koshelf::web {

Response remove_account(Services& services, const Call& call) {
    const auto named = account_of_path(services, call);
    if (!named) return named.error();
    const core::Username& username = named->account.username;
    const auto deletion = services.accounts.remove(username);
    if (!deletion) return store_failed(services, deletion.error());
    if (*deletion != store::Accounts::Deletion::kDeleted) return admin_error(AdminError::kNoAccount);
    services.log.info("account.deleted")
        .with("user", username.str())
        .with("by", named->session.username.str());
    return json_response(
        200, core::JsonObject().add("deleted", true).add("documents", named->account.documents).finish());
}

}  // namespace koshelf::web
