// koshelf-ctl links, link, unlink
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// All three return the exit status: 0 done, 1 Redis failed or there is no such account, 2 wrong arguments.

// links [USER] [--suggest]: which document is which library item, of one account or of all; or which items
// the unlinked documents may be.
[[nodiscard]] int run_links(std::span<const std::string_view> arguments);

// link USER DOCUMENT ITEM [--text ITEM]
[[nodiscard]] int run_link(std::span<const std::string_view> arguments);

// unlink USER DOCUMENT: an explicit no, also to automatic links.
[[nodiscard]] int run_unlink(std::span<const std::string_view> arguments);

}  // namespace koshelf::ctl
