// `koshelf-ctl align`: how a book's text and its audiobook fit together.
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// align BOOK.epub ITEM.json [--json] [--calibrate XPOINTER=SECONDS]… [--eval TRUTH.jsonl]
//       [--at SECONDS | --at-xpointer XP | --at-percent P]
//
// Prints the alignment; with one of --at… only that position, converted; with --eval also the errors against
// a ground truth. ITEM.json is Audiobookshelf's answer to GET /api/items/:id?expanded=1. `args` do not
// contain the command's name. Exit status: 0, or 1 if a file cannot be read or used, or 2 for wrong
// arguments.
[[nodiscard]] int run_align(std::span<const std::string_view> args);

}  // namespace koshelf::ctl
