// Words of a title, folded so that spellings of one thing compare equal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace koshelf::core::audio {

// A run of letters or of digits. `text` is lower case UTF-8; Latin letters have lost their diacritics ("É" is
// "e", "ß" is "ss"), decimal digits of any script are ASCII, apostrophes inside a word are dropped.
struct Word {
    std::string text;
    bool digits = false;
    bool closed = false;  // punctuation other than a hyphen follows: the end of a phrase, as in "12. The Sea"

    friend bool operator==(const Word&, const Word&) = default;
};

// Splits a title. Letters and digits part ("Track01" is two words); a run of Chinese characters or kana is
// one word. Malformed bytes separate words and are otherwise ignored.
[[nodiscard]] std::vector<Word> words_of(std::string_view utf8);

}  // namespace koshelf::core::audio
