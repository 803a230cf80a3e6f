#include "core/json_text.h"
#include "web/admin_api/account_of_path.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

// Whoever administers others does not leave them alone.
store::StoreResult<bool> is_needed(Services& services, const NamedAccount& named) {
    if (!named.own() || !named.session.admin) return false;
    const auto accounts = services.desk.roster.accounts("", 2);
    if (!accounts) return tl::unexpected(accounts.error());
    return accounts->entries.size() > 1;
}

}  // namespace

Response remove_account(Services& services, const Call& call) {
    const auto named = account_of_path(services, call);
    if (!named) return named.error();
    const core::Username& username = named->account.username;
    const auto needed = is_needed(services, *named);
    if (!needed) return store_failed(services, needed.error());
    if (*needed) return admin_error(AdminError::kAdministers);
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
