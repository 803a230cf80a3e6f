// Where in the text: the unit that every position codec converts to and from.
#pragma once

#include <compare>
#include <cstdint>

namespace koshelf::core::text {

// Unicode code points of readable text from the start of the book, all spine items joined in spine order.
// White space counts as KOReader stores it: every run collapsed to one space.
struct TextOffset {
    std::uint32_t value = 0;

    friend bool operator==(TextOffset, TextOffset) = default;
    friend auto operator<=>(TextOffset a, TextOffset b) { return a.value <=> b.value; }
};

// Code points; the difference of two TextOffsets.
using TextLength = std::uint32_t;

}  // namespace koshelf::core::text
