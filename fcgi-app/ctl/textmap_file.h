// Books from files, for the commands that look at them.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "core/text/book.h"

namespace koshelf::ctl {

// A value, or what to tell whoever typed the command.
template <typename T>
using OrComplaint = tl::expected<T, std::string>;

[[nodiscard]] OrComplaint<std::string> read_file(const std::string& name);

// Reads only the parts of the file that it needs: directory, package, text. Gives up the right to read
// everything before it looks into the book (platform/privilege.h): other files are read first.
[[nodiscard]] OrComplaint<core::text::Book> open_book(const std::string& name);

}  // namespace koshelf::ctl
