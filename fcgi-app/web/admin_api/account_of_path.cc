#include "web/admin_api/account_of_path.h"

#include <utility>

#include "web/admin_api/desk.h"
#include "web/caller.h"

namespace koshelf::web {

OrResponse<NamedAccount> account_of_path(Services& services, const Call& call) {
    auto session = open_session(services, call.request);
    if (!session) return tl::unexpected(std::move(session.error()));
    // To a reader, somebody else's account and one that does not exist look the same.
    if (!session->admin && call.named != session->username.str())
        return tl::unexpected(admin_error(AdminError::kNotForYou));
    const auto username = core::Username::parse(call.named);
    if (!username) return tl::unexpected(admin_error(AdminError::kNoAccount));
    auto account = services.desk.roster.account(*username);
    if (!account) return tl::unexpected(store_failed(services, account.error()));
    if (!*account) return tl::unexpected(admin_error(AdminError::kNoAccount));
    return NamedAccount{.session = std::move(*session), .account = std::move(**account)};
}

}  // namespace koshelf::web
