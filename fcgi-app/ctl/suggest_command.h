// koshelf-ctl links --suggest
#pragma once

#include <optional>

#include "core/ids.h"

namespace koshelf::ctl {

// Prints what the unlinked documents of an account (nothing: of all) may be, with score and reasons. The exit
// status: 0 done, 1 not possible.
[[nodiscard]] int run_suggest(const std::optional<core::Username>& username);

}  // namespace koshelf::ctl
