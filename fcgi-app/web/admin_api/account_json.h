// An account as the admin routes tell it.
#pragma once

#include <string>

#include "store/roster.h"
#include "web/services.h"

namespace koshelf::web {

// {username, role, role_from, documents, quota, …}: docs/api.md. `first`: the account that the console made
// first.
[[nodiscard]] std::string account_json(const Services& services, const store::RosterEntry& entry,
                                       const std::string& first);

}  // namespace koshelf::web
