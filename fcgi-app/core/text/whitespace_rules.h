// Which text nodes KOReader's engine keeps, and which it shows.
//
// Blank-only nodes: (a) dropped as first child of a block; (b) in a block that has block children, dropped at
// both ends of each run between blocks; (c) next to a block inside an inline element, dropped; kept
// elsewhere. No text is kept directly in table, tr, svg, ….
#pragma once

#include <vector>

#include "core/text/error.h"
#include "core/text/stored_text.h"
#include "core/text/stylesheet.h"
#include "core/text/tree.h"

namespace koshelf::core::text {

// How an element is laid out, and (for text) what became of it.
struct Look {
    Display display = Display::kInline;
    bool keeps_text = true;
    bool preformatted = false;
    bool floating = false;
    bool image = false;        // what is inside it is not laid out
    bool generates = false;    // has ::before or ::after content
    bool undisplayed = false;  // it or something around it has display: none, so that it is never laid out
    bool hidden = false;       // not shown: undisplayed, or inside an image
    bool math = false;         // inside a formula
    bool opaque = false;       // it or something around it is an element inside which no pointer is written
    bool dropped = false;      // text: not in the engine's document
};

// The looks of all elements; text nodes take hidden, opaque and preformatted from their parents. `checks`
// counts the comparisons with style rules, up to about `most_checks`: kLimitExceeded.
[[nodiscard]] Result<std::vector<Look>> compute_looks(const Tree& tree, const NameTable& names,
                                                      const StyleSheet& styles, std::uint64_t& checks,
                                                      std::uint64_t most_checks);

// Sets Look::dropped. `stored` is by node; what elements hold there does not matter.
void drop_text(const Tree& tree, const std::vector<StoredText>& stored, std::vector<Look>& looks);

}  // namespace koshelf::core::text
