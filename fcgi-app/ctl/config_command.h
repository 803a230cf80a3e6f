// koshelf-ctl config
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// config list | get NAME | set NAME VALUE | unset NAME: what is stored in the place of the environment's
// AUDIOBOOKSHELF_*. Secrets are shown masked; a VALUE of "-" is read from standard input, so that it need not
// stand in a shell's history. Returns the exit status: 0 done, 1 Redis failed or the value makes no sense, 2
// wrong arguments.
[[nodiscard]] int run_config(std::span<const std::string_view> arguments);

}  // namespace koshelf::ctl
