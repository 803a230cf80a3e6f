// koshelf-ctl restore
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// restore [--force] DIR|FILE.tar|FILE.rdb|-: a backup, into a Redis that has nothing yet, while the server
// runs or not. With --force what is there is replaced, at one moment. Returns the exit status: 0 done, 1 it
// was not done, or not all of it, 2 wrong arguments.
[[nodiscard]] int run_restore(std::span<const std::string_view> arguments);

}  // namespace koshelf::ctl
