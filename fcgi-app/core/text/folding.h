// Folding: what letters and signs are compared as, so that spellings of one thing are equal.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace koshelf::core::text {

// Up to three code points.
struct Folded {
    std::array<char32_t, 3> code_points{};
    std::size_t count = 0;

    [[nodiscard]] const char32_t* begin() const { return code_points.data(); }
    [[nodiscard]] const char32_t* end() const { return code_points.data() + count; }
};

// Lower case; Latin and Greek letters without diacritics ("É" is "e", "ß" is "ss"), "ё" as "е". Everything
// else is what it is.
[[nodiscard]] Folded fold_letter(char32_t c);

// The same for whole texts: besides, diacritics and vowel points that stand by themselves are nothing, as are
// characters that are not seen; quotes, dashes, ligatures and full-width forms are as one types them.
[[nodiscard]] Folded fold(char32_t c);

// A blank of any width. Unlike the engine's (core/text/ascii.h) this counts what separates words for a
// reader.
[[nodiscard]] bool is_space(char32_t c);

// A text in UTF-8 as it is compared: fold() of all of it, one space for each run of blanks, and none at the
// ends.
[[nodiscard]] std::u32string folded(std::string_view text);

// Stands on the character before it: an accent, a vowel point, half of an emoji.
[[nodiscard]] bool is_mark(char32_t c);

// Lower-case letter of Latin, Greek, Cyrillic or Armenian script.
[[nodiscard]] bool is_small_letter(char32_t c);

}  // namespace koshelf::core::text
