// koshelf-ctl scan
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// Looks through Audiobookshelf's libraries for new and changed e-books, links what it recognises, and makes
// the text maps and alignments that are missing, here and now. Prints what it found and returns the exit
// status: 0 done, 1 not possible, 2 wrong arguments.
[[nodiscard]] int run_scan(std::span<const std::string_view> arguments);

}  // namespace koshelf::ctl
