// A content document made ready: its tree, what its text nodes store, and how they are shown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/text/markup.h"
#include "core/text/stored_text.h"
#include "core/text/stylesheet.h"
#include "core/text/tree.h"
#include "core/text/whitespace_rules.h"

namespace koshelf::core::text {

struct ContentDocument {
    std::string source;  // UTF-8; the tree's views point into it
    Tree tree;
    std::vector<StoredText> stored;  // by node; empty for elements
    std::vector<Look> looks;         // by node
    bool readable = true;            // false: `source` is a placeholder for what the engine cannot show
    bool strict = false;  // strict XML that reads the same by XML's rules: pointers into it may be written
};

// True if the engine takes these characters for (X)HTML at all; else it shows a placeholder.
[[nodiscard]] bool looks_like_html(std::string_view utf8, std::string_view path);

// True for a stand-alone SVG, which the engine wraps in a body of its own.
[[nodiscard]] bool looks_like_svg(std::string_view utf8);

// What the engine shows instead of a file that is missing or not text.
[[nodiscard]] std::string placeholder_markup(std::string_view path, std::string_view media_type,
                                             std::string_view id);

// Parses document.source into document.tree. Errors: kLimitExceeded.
[[nodiscard]] Result<void> parse_document(ContentDocument& document, NameTable& names,
                                          const MarkupLimits& limits);

// Fills stored, looks and strict from the tree. `styles` has the rules of all sheets that the head links to;
// `checks` and `most_checks` as in compute_looks. Errors: kLimitExceeded.
[[nodiscard]] Result<void> settle_document(ContentDocument& document, const NameTable& names,
                                           const StyleSheet& styles, std::uint64_t& checks,
                                           std::uint64_t most_checks);

}  // namespace koshelf::core::text
