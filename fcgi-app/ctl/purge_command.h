// koshelf-ctl purge
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// purge --inactive DAYS [--dry-run]: deletes the accounts that nobody has used for so long, but for
// administrators; with
// --dry-run only says which. Returns the exit status: 0 done, 1 Redis failed, 2 wrong arguments.
[[nodiscard]] int run_purge(std::span<const std::string_view> arguments);

}  // namespace koshelf::ctl
