// koshelf-ctl reindex
#pragma once

#include <string_view>
#include <vector>

namespace koshelf::ctl {

// Builds the indexes unless they are there; with --force in any case. Prints what it did and returns the exit
// status: 0 done, 1 Redis failed or another process is at it, 2 wrong arguments.
[[nodiscard]] int run_reindex(const std::vector<std::string_view>& arguments);

}  // namespace koshelf::ctl
