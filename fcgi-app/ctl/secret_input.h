// A password, from who types it or from standard input: never from the command line, which others can see.
#pragma once

#include <string>

#include <tl/expected.hpp>

namespace koshelf::ctl {

// One line of standard input; at a terminal it is asked for with `prompt` and not shown. The error is a
// sentence: there is none, or it is empty.
[[nodiscard]] tl::expected<std::string, std::string> read_secret(const std::string& prompt);

}  // namespace koshelf::ctl
