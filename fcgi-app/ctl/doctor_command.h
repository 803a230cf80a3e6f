// koshelf-ctl doctor
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// doctor [--url URL] [--json]: looks at everything that is mostly wrong, and says what to do. `URL`: the
// address that devices use. Goes on where something cannot be asked. Returns the exit status: 0 nothing is
// wrong, 1 there are warnings, 2 something has failed, or the arguments are wrong.
[[nodiscard]] int run_doctor(std::span<const std::string_view> arguments);

}  // namespace koshelf::ctl
