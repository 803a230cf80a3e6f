// koshelf-ctl users
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// users [list] | create NAME | set-password NAME | delete NAME | make-admin NAME | make-reader NAME. A
// password is typed, or is the first line of standard input. Returns the exit status: 0 done, 1 Redis failed,
// there is no such account, or the name is taken, 2 wrong arguments.
[[nodiscard]] int run_users(std::span<const std::string_view> arguments);

}  // namespace koshelf::ctl
