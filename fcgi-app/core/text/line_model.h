// LineModel: how many pages KOReader makes of a text, roughly.
//
// KOReader's percentage counts pages, not characters. Measured on real books, lines of 55 characters, two
// more for a heading of level 1 to 3, 25 lines a page and a new page for every spine file come within 0.2
// to 1.7 % of the engine (mean), 0.5 to 3 % at worst; plain characters are off by about twice that.
#pragma once

#include <cstdint>
#include <vector>

#include "core/text/text_offset.h"

namespace koshelf::core::text {

struct Structure;

struct LineModel {
    // A block of text, or a part of one up to a line break. Ascending in start and in first_line.
    struct Block {
        TextOffset start;
        TextLength length = 0;
        std::uint32_t first_line = 0;  // counted over the whole book, pages filled up at the ends of items
        std::uint32_t lines = 1;
    };

    std::vector<Block> blocks;
    std::uint32_t pages = 0;

    // Page that holds the character, from 0; a character past the end is on the last text's page. O(log n).
    [[nodiscard]] std::uint32_t page_of(TextOffset offset) const;

    // First character at or after a place on a page: 2.5 is the middle of the third. O(log n).
    [[nodiscard]] TextOffset offset_at(double page) const;
};

[[nodiscard]] LineModel make_line_model(const Structure& structure);

}  // namespace koshelf::core::text
