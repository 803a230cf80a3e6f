// Looking through all data before something is decided by its indexes.
#pragma once

#include <optional>
#include <string>

#include "ctl/connection.h"

namespace koshelf::ctl {

// Brings the indexes up to date: a reference server that uses the same Redis writes past them. Says why if
// that cannot be done now.
[[nodiscard]] std::optional<std::string> look_through(Connection& connection);

}  // namespace koshelf::ctl
