#include "web/admin_api/managed_account.h"

#include <utility>

#include "platform/clock.h"
#include "web/admin_api/account_json.h"
#include "web/admin_api/desk.h"
#include "web/caller.h"

namespace koshelf::web {

OrResponse<NamedAccount> managed_account(Services& services, const Call& call) {
    auto named = account_of_path(services, call);
    if (named && !named->session.admin) return tl::unexpected(admin_error(AdminError::kNotForYou));
    return named;
}

void note_management(Services& services, const NamedAccount& managed, std::string_view event,
                     std::string sentence) {
    services.desk.activity.note({.at = platform::now_millis(),
                                 .username = managed.account.username.str(),
                                 .document = {},
                                 .event = std::string(event),
                                 .sentence = std::move(sentence)});
}

Response account_as_it_is(Services& services, const core::Username& username) {
    const auto account = services.desk.roster.account(username);
    if (!account) return store_failed(services, account.error());
    if (!*account) return admin_error(AdminError::kNoAccount);
    const auto first = services.desk.roles.first_administrator();
    if (!first) return store_failed(services, first.error());
    return json_response(200, account_json(services, **account, *first));
}

}  // namespace koshelf::web
