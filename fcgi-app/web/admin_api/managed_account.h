// ManagedAccount: the account that a route's path names, when what is to be changed is for administrators
// only.
#pragma once

#include <string>
#include <string_view>

#include "web/admin_api/account_of_path.h"

namespace koshelf::web {

// 401; 403 unless the caller administers, whoever is named; 404 if there is no such account.
[[nodiscard]] OrResponse<NamedAccount> managed_account(Services& services, const Call& call);

// Notes in that account's log what an administrator did.
void note_management(Services& services, const NamedAccount& managed, std::string_view event,
                     std::string sentence);

// The account as in the list, read afresh; 404 if it is gone.
[[nodiscard]] Response account_as_it_is(Services& services, const core::Username& username);

}  // namespace koshelf::web
