// Passage: a part of a book's text, cut into sentences: what is kept of a book to show it page by page.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/book_text.h"
#include "core/text/error.h"
#include "core/text/sentences.h"

namespace koshelf::core::text {

// Passages touch; a sentence lies in one as a whole.
struct Passage {
    TextOffset begin;
    std::string text;  // UTF-8, from `begin` on
    std::vector<Sentence> sentences;

    // A sentence of this passage as people read it: one space for every run of blanks.
    [[nodiscard]] std::string words(const Sentence& sentence) const;

    friend bool operator==(const Passage&, const Passage&) = default;
};

// Where the passages of a book begin.
struct PassageIndex {
    std::vector<TextOffset> begins;  // ascending; the first is 0
    TextLength length = 0;           // of the book

    // Of the passage that holds `offset` (clamped to the book). There must be one.
    [[nodiscard]] std::size_t passage_of(TextOffset offset) const;

    friend bool operator==(const PassageIndex&, const PassageIndex&) = default;
};

// Cuts a text after about `size` code points each. None for an empty text.
[[nodiscard]] std::vector<Passage> passages_of(const BookText& text, TextLength size);
[[nodiscard]] PassageIndex index_of(const std::vector<Passage>& passages, TextLength length);

// Of the sentence that holds `offset`, or is the last before it; the first one, if there is none before it.
// The passage must have sentences.
[[nodiscard]] std::size_t sentence_at(const Passage& passage, TextOffset offset);

// Their stored forms. Any other bytes are refused: kDamagedText, kUnsupportedVersion.
[[nodiscard]] std::string serialise(const Passage& passage);
[[nodiscard]] Result<Passage> deserialise_passage(std::string_view bytes);
[[nodiscard]] std::string serialise(const PassageIndex& index);
[[nodiscard]] Result<PassageIndex> deserialise_passage_index(std::string_view bytes);

// `bytes` with the checksum that fits, for tests that alter them on purpose.
[[nodiscard]] std::string with_fresh_passage_checksum(std::string_view bytes);

}  // namespace koshelf::core::text
