// TitleOrder: the order in which people look for a title.
#pragma once

#include <string>
#include <string_view>

namespace koshelf::core::bridge {

// Texts that compare byte by byte as their titles are to be sorted: case, diacritics, punctuation and a
// leading article do not count, numbers count by their value ("Volume 2" before "Volume 10") and stand before
// letters. Letters, digits and blanks only, at most 200 bytes; "" if the title has neither letter nor digit.
[[nodiscard]] std::string sort_key(std::string_view title);

}  // namespace koshelf::core::bridge
