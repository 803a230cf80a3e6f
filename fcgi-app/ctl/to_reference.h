// Back to the reference server.
#pragma once

#include <optional>
#include <string>

#include "ctl/connection.h"

namespace koshelf::ctl {

// Writes accounts and current positions into the Redis of that URL, in the two kinds of keys that the
// reference server knows. A newer position there stays, and so does a password. Returns the exit status.
[[nodiscard]] int export_to_reference(Connection& connection, const std::optional<std::string>& user,
                                      const std::string& url);

}  // namespace koshelf::ctl
