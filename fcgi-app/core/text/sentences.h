// Sentences: a book's text in the pieces in which people look for a place.
#pragma once

#include <string_view>
#include <vector>

#include "core/text/book_text.h"
#include "core/text/text_offset.h"

namespace koshelf::core::text {

struct Sentence {
    TextOffset offset;          // of its first character that is no blank
    TextLength length = 0;      // up to and with its last one that is none
    bool begins_block = false;  // a paragraph, heading, line of verse, … begins with it

    friend bool operator==(const Sentence&, const Sentence&) = default;
};

// None is longer, in code points: what goes on without a full stop is cut where one would pause, at least
// between two words, at least in front of a whole character.
inline constexpr TextLength kLongestSentence = 400;

// All of the text's, in order. None reaches over the end of a block. A full stop ends one unless it belongs
// to an abbreviation, an initial or a number, or goes on in lower case; those of China and Japan need no
// blank behind them. Between two sentences there are blanks at most.
[[nodiscard]] std::vector<Sentence> sentences_of(const BookText& text);

}  // namespace koshelf::core::text
