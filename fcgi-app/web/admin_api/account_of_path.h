// The account that a route's path names: everybody their own, administrators any that exists.
#pragma once

#include "store/roster.h"
#include "web/admin_api/session.h"

namespace koshelf::web {

struct NamedAccount {
    Session session;
    store::RosterEntry account;
    [[nodiscard]] bool own() const { return session.username == account.username; }
};

// 401, 403 or 404 if there is none to be had.
[[nodiscard]] OrResponse<NamedAccount> account_of_path(Services& services, const Call& call);

}  // namespace koshelf::web
