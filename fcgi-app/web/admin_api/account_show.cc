#include "web/admin_api/account_json.h"
#include "web/admin_api/account_of_path.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/caller.h"

namespace koshelf::web {

Response show_account(Services& services, const Call& call) {
    const auto named = account_of_path(services, call);
    if (!named) return named.error();
    const auto first = services.desk.roles.first_administrator();
    if (!first) return store_failed(services, first.error());
    return json_response(200, account_json(services, named->account, *first));
}

}  // namespace koshelf::web
