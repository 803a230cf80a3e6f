// koshelf-ctl reindex
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// Builds the indexes unless they are there; with --force in any case. Prints what it did and returns the exit
// status: 0 done, 1 Redis failed or another process is at it, 2 wrong arguments.
[[nodiscard]] int run_reindex(std::span<const std::string_view> arguments);

}  // namespace koshelf::ctl
