// BookText: the readable text of a book, addressed by TextOffset. For showing where a position is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/text_offset.h"

namespace koshelf::core::text {

class BookText {
  public:
    // Adds well-formed UTF-8 at the end.
    void append(std::string_view utf8);

    // Marks that a new block (paragraph, heading, line of verse, …) begins at the present end.
    void begin_block();

    [[nodiscard]] TextLength length() const { return length_; }

    // Where the blocks begin, ascending; there may be text before the first.
    [[nodiscard]] std::span<const std::uint32_t> block_starts() const { return block_starts_; }

    // `count` code points from `from` on, UTF-8, clamped to the text, exactly as they are counted.
    [[nodiscard]] std::string_view slice(TextOffset from, TextLength count) const;

    // About `count` code points from `from` on for a human to read: blocks separated by one space, no leading
    // or trailing blanks, cut at the end of a word.
    [[nodiscard]] std::string excerpt(TextOffset from, TextLength count) const;

    // How many blocks begin among the `count` code points from `from` on.
    [[nodiscard]] std::size_t blocks_in(TextOffset from, TextLength count) const;

    // The offset of the code point that has `count` code points other than white space between it and `from`;
    // never past the end. (Ground truth of narrations counts this way, since it is free of layout.)
    [[nodiscard]] TextOffset skip_nonspace(TextOffset from, TextLength count) const;

    // Where the sentence that holds `at` begins: after the last of . ! ? … (and what closes quotes) followed
    // by a blank, or at the start of the block.
    [[nodiscard]] TextOffset sentence_start(TextOffset at) const;

  private:
    [[nodiscard]] std::size_t byte_of(TextLength code_point) const;

    std::string utf8_;
    TextLength length_ = 0;
    std::vector<std::uint32_t> checkpoints_;   // byte of every 256th code point
    std::vector<std::uint32_t> block_starts_;  // code points
};

}  // namespace koshelf::core::text
