// Character classes of markup: ASCII only, independent of any locale.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/ascii.h"

namespace koshelf::core::text {

// White space of XML and of KOReader's engine: no-break space and U+3000 are text.
[[nodiscard]] constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

[[nodiscard]] std::string lower_ascii(std::string_view text);

[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

[[nodiscard]] bool all_blank(std::string_view text);

[[nodiscard]] std::string_view trim_blanks(std::string_view text);

// One space for every run of blanks, none at the ends.
[[nodiscard]] std::string collapse_blanks(std::string_view text);

// True if `word` is one of the blank-separated words of `list` (ASCII case ignored): rel, class, properties.
[[nodiscard]] bool has_word(std::string_view list, std::string_view word);

}  // namespace koshelf::core::text
