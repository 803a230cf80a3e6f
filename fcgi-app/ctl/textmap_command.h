// `koshelf-ctl textmap`: what the server knows of a book's text.
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// textmap BOOK.epub
//
// Prints the book's identity, its spine items and sections with their sizes and weights, the size of the
// stored map, and for some places in the text the pointer, CFI and percentage that lead there. `args` do not
// contain the command's name. Exit status: 0, or 1 if the file cannot be read or used, or 2 for wrong
// arguments.
[[nodiscard]] int run_textmap(std::span<const std::string_view> args);

}  // namespace koshelf::ctl
