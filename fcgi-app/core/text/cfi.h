// EPUB CFI: the places that Audiobookshelf's web reader (epub.js) keeps as ebookLocation, both ways.
//
// `epubcfi(/6/14!/4/2/7/1:123)`: even steps are elements (2, 4, …), odd ones text; offsets are UTF-16 units
// of the text as a browser has it, blanks not collapsed. For a text step the standard counts the gaps between
// elements, epub.js the text nodes; they agree unless elements touch or comments split a text. Where they do
// not, epub.js is believed first, since it wrote what is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/error.h"
#include "core/text/text_map.h"
#include "core/text/xpointer.h"

namespace koshelf::core::text {

struct Cfi {
    struct Step {
        std::uint32_t number = 0;
        std::string id;  // of an assertion `[id]`, unescaped; "" if none

        friend bool operator==(const Step&, const Step&) = default;
    };

    std::vector<Step> package;            // before "!"
    std::vector<Step> content;            // after it
    std::optional<std::uint32_t> offset;  // behind ":"

    friend bool operator==(const Cfi&, const Cfi&) = default;
};

// A range `epubcfi(P,S,E)` is its start, P + S. Text assertions, side biases and offsets in time or space are
// read over. Error: kBadSyntax.
[[nodiscard]] Result<Cfi> parse_cfi(std::string_view text);

[[nodiscard]] std::string to_string(const Cfi& cfi);

struct ResolvedCfi {
    TextOffset offset;
    Resolution resolution = Resolution::kFragment;
    bool moved =
        false;  // an id assertion did not hold: the element was found by its id, or the file was edited
};

// Errors: kBadSyntax, kNotFound (no such itemref).
[[nodiscard]] Result<ResolvedCfi> resolve_cfi(const TextMap& map, std::string_view text);
[[nodiscard]] Result<ResolvedCfi> resolve_cfi(const TextMap& map, const Cfi& cfi);

// A CFI to the character at `at` (clamped), as epub.js reads it. Nothing for a book without text. Steps carry
// no ids: epub.js finds an element by its number alone then, and with an id only if number and id agree.
[[nodiscard]] std::optional<std::string> write_cfi(const TextMap& map, TextOffset at);

}  // namespace koshelf::core::text
