// StyleSheet: the little of CSS that decides which text nodes KOReader's engine keeps and shows.
//
// Properties: display, white-space, float, and content of ::before and ::after. Selectors: element, class,
// id, universal, descendant and child. A selector with anything else is left out: its effect on text nodes is
// rare, and no pointer is written where a blank would decide (core/text/xpointer.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/elements.h"
#include "core/text/tree.h"

namespace koshelf::core::text {

// What style rules say; nothing where they are silent.
struct Declarations {
    std::optional<Display> display;
    std::optional<bool> preformatted;
    std::optional<bool> floating;
    std::optional<bool> generated;  // content that is not none

    [[nodiscard]] bool empty() const { return !display && !preformatted && !floating && !generated; }
};

// The declarations of a style attribute or of the braces of a rule.
[[nodiscard]] Declarations parse_declarations(std::string_view css);

class StyleSheet {
  public:
    // Adds the rules of a sheet; later ones win over earlier ones of equal specificity. Takes a thousand
    // rules that matter and eight @media around each other, no more.
    void add(std::string_view source);

    struct Matched {
        Declarations own;
        bool generates = false;  // a ::before or ::after with content
    };

    // What the rules say about an element of `tree`. `checks` counts the comparisons that it took.
    [[nodiscard]] Matched match(const Tree& tree, const NameTable& names, NodeIndex node,
                                std::uint64_t& checks) const;

    [[nodiscard]] bool empty() const { return rules_.empty(); }

  private:
    struct Compound {
        std::string element;  // "" is any
        std::string id;
        std::vector<std::string> classes;
        bool child_of_previous = false;  // ">" before it
    };
    struct Rule {
        std::vector<Compound> compounds;  // the last one is the element itself
        bool pseudo = false;
        Declarations declarations;
        std::uint32_t specificity = 0;
    };

    void add_block(std::string_view css, int depth);
    void add_rules(std::string_view selectors, std::string_view block);
    [[nodiscard]] static std::optional<Rule> parse_selector(std::string_view text);
    [[nodiscard]] static bool read_compound(std::string_view& text, Rule& rule, bool child);
    [[nodiscard]] static bool fits(const Compound& compound, const Tree& tree, const NameTable& names,
                                   NodeIndex node);
    [[nodiscard]] static bool fits_ancestors(const Rule& rule, std::size_t index, const Tree& tree,
                                             const NameTable& names, NodeIndex node, std::size_t& budget);

    std::vector<Rule> rules_;  // ascending specificity, stable
};

}  // namespace koshelf::core::text
