// koshelf-ctl import
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// import [--user NAME] [--skip-existing|--newest-wins|--overwrite] [--from-line N] FILE|-: an export, into a
// running server. import --from KIND …: the data of another server. Returns the exit status: 0 everything is
// in, 1 not everything (it says what, and where to go on), 2 wrong arguments.
[[nodiscard]] int run_import(std::span<const std::string_view> arguments);

}  // namespace koshelf::ctl
