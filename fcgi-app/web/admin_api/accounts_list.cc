#include "core/json_text.h"
#include "web/admin_api/account_json.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/session.h"
#include "web/caller.h"

namespace koshelf::web {

Response list_accounts(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return session.error();
    const auto first = services.desk.roles.first_administrator();
    if (!first) return store_failed(services, first.error());
    core::JsonArray accounts;
    if (!session->admin) {
        const auto own = services.desk.roster.account(session->username);
        if (!own) return store_failed(services, own.error());
        if (*own) accounts.add_json(account_json(services, **own, *first));
        return page_response("accounts", accounts.finish(), "");
    }
    const auto page =
        services.desk.roster.accounts(parameter(call.request, "cursor"), limit_of(call.request));
    if (!page) return store_failed(services, page.error());
    for (const auto& entry : page->entries) accounts.add_json(account_json(services, entry, *first));
    return page_response("accounts", accounts.finish(), page->next);
}

}  // namespace koshelf::web
