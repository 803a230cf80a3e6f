// Walking through all accounts, by their names as they are stored.
#pragma once

#include <functional>
#include <string>

#include "ctl/connection.h"

namespace koshelf::ctl {

// Calls `work` for each account; what it returns is an exit status, and one that is not 0 ends the walk.
// Returns that, or 1 if Redis failed, which has been said then.
[[nodiscard]] int each_account(Connection& connection, const std::function<int(const std::string&)>& work);

}  // namespace koshelf::ctl
