// The engine's reader: builds the tree that KOReader's engine builds, for well-formed files and for tag soup.
//
// Its rules are not HTML's: nothing is closed implicitly, there are no void elements, an end tag closes the
// nearest open element of its name, a ">" ends a tag even inside a quoted value, text runs of 8192 or more
// characters are split. For files that are strict XML the outcome is the XML tree (core/text/strictness.h
// checks that against an independent parser).
#pragma once

#include <cstddef>
#include <string_view>

#include "core/text/error.h"
#include "core/text/tree.h"

namespace koshelf::core::text {

struct MarkupLimits {
    std::size_t nesting = 0;
    std::size_t nodes = 0;
};

// Reads `source` (UTF-8, kept alive by the caller as long as the tree). Without a body the tree has no nodes.
// Errors: kLimitExceeded.
[[nodiscard]] Result<Tree> read_markup(std::string_view source, NameTable& names, const MarkupLimits& limits);

}  // namespace koshelf::core::text
