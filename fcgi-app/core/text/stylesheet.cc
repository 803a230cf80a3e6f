#include "core/text/stylesheet.h"

#include <algorithm>

#include "core/text/ascii.h"

namespace koshelf::core::text {
namespace {

constexpr std::size_t kMaxRules = 1'000;
constexpr std::size_t kMaxAncestorChecks = 5'000;  // one rule on one element; a real one needs a few
constexpr std::size_t kMaxCompounds = 8;
constexpr int kMaxMediaDepth = 8;
constexpr std::uint32_t kImportant = 1U << 24U;

bool is_identifier_char(char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

std::string without_comments(std::string_view css) {
    std::string out;
    while (true) {
        const std::size_t open = css.find("/*");
        out.append(css.substr(0, open));
        if (open == std::string_view::npos) return out;
        const std::size_t close = css.find("*/", open + 2);
        if (close == std::string_view::npos) return out;
        out += ' ';
        css.remove_prefix(close + 2);
    }
}

// The end of the block whose "{" was just passed: the place of its "}".
std::size_t block_end(std::string_view css, std::size_t from) {
    std::size_t depth = 1;
    for (std::size_t i = from; i < css.size(); ++i) {
        if (css[i] == '{') ++depth;
        if (css[i] == '}' && --depth == 0) return i;
    }
    return css.size();
}

bool applies_to_reader(std::string_view media) {
    const std::string lower = lower_ascii(media);
    if (lower.find("amzn") != std::string::npos || lower.find("not ") != std::string::npos) return false;
    return lower.find("screen") != std::string::npos || lower.find("all") != std::string::npos;
}

std::optional<Display> parse_display(std::string_view value) {
    if (value == "none") return Display::kNone;
    if (value == "inline-block" || value == "inline-table") return Display::kInlineBlock;
    if (value == "inline" || value == "ruby" || value == "run-in" || value == "inherit")
        return Display::kInline;
    if (value == "block" || value == "list-item" || value.starts_with("table")) return Display::kBlock;
    return std::nullopt;
}

void declare(Declarations& out, std::string_view property, std::string_view value) {
    if (property == "display") {
        if (const auto display = parse_display(value)) out.display = display;
    } else if (property == "white-space") {
        if (value.starts_with("pre") || value == "break-spaces") out.preformatted = true;
        if (value == "normal" || value == "nowrap") out.preformatted = false;
    } else if (property == "float") {
        if (value == "left" || value == "right") out.floating = true;
        if (value == "none") out.floating = false;
    } else if (property == "content") {
        out.generated = value != "none" && value != "normal";
    }
}

void merge(Declarations& into, const Declarations& from) {
    if (from.display) into.display = from.display;
    if (from.preformatted) into.preformatted = from.preformatted;
    if (from.floating) into.floating = from.floating;
    if (from.generated) into.generated = from.generated;
}

}  // namespace

Declarations parse_declarations(std::string_view css) {
    Declarations out;
    while (!css.empty()) {
        const std::size_t end = std::min(css.find(';'), css.size());
        const std::string_view declaration = css.substr(0, end);
        const std::size_t colon = declaration.find(':');
        if (colon != std::string_view::npos) {
            std::string value = lower_ascii(trim_blanks(declaration.substr(colon + 1)));
            const std::size_t bang = value.find('!');
            if (bang != std::string::npos)
                value = std::string(trim_blanks(std::string_view(value).substr(0, bang)));
            declare(out, lower_ascii(trim_blanks(declaration.substr(0, colon))), value);
        }
        css.remove_prefix(std::min(end + 1, css.size()));
    }
    return out;
}

void StyleSheet::add(std::string_view source) {
    add_block(without_comments(source), 0);
    std::stable_sort(rules_.begin(), rules_.end(),
                     [](const Rule& a, const Rule& b) { return a.specificity < b.specificity; });
}

void StyleSheet::add_block(std::string_view css, int depth) {
    while (rules_.size() < kMaxRules) {
        css = trim_blanks(css);
        if (css.starts_with("<!--")) css.remove_prefix(4);
        if (css.starts_with("-->")) css.remove_prefix(3);
        const std::size_t stop = css.find_first_of("{;");
        if (stop == std::string_view::npos) break;
        const std::string_view prelude = trim_blanks(css.substr(0, stop));
        if (css[stop] == ';') {  // @import, @charset, or rubbish
            css.remove_prefix(stop + 1);
            continue;
        }
        const std::size_t end = block_end(css, stop + 1);
        const std::string_view block = css.substr(stop + 1, end - stop - 1);
        if (!prelude.starts_with('@')) {
            add_rules(prelude, block);
        } else if (equals_ignoring_case(prelude.substr(0, 6), "@media") && applies_to_reader(prelude)) {
            if (depth < kMaxMediaDepth) add_block(block, depth + 1);
        }
        css.remove_prefix(std::min(end + 1, css.size()));
    }
}

void StyleSheet::add_rules(std::string_view selectors, std::string_view block) {
    const Declarations declarations = parse_declarations(block);
    if (declarations.empty()) return;
    const bool important = block.find("!important") != std::string_view::npos;
    while (!selectors.empty() && rules_.size() < kMaxRules) {
        const std::size_t comma = std::min(selectors.find(','), selectors.size());
        if (auto rule = parse_selector(trim_blanks(selectors.substr(0, comma)))) {
            rule->declarations = declarations;
            if (important) rule->specificity += kImportant;
            rules_.push_back(std::move(*rule));
        }
        selectors.remove_prefix(std::min(comma + 1, selectors.size()));
    }
}

std::optional<StyleSheet::Rule> StyleSheet::parse_selector(std::string_view text) {
    Rule rule;
    bool child = false;
    while (!text.empty()) {
        if (rule.pseudo || rule.compounds.size() >= kMaxCompounds) return std::nullopt;
        if (!read_compound(text, rule, child)) return std::nullopt;
        text = trim_blanks(text);
        child = text.starts_with('>');
        if (child) text = trim_blanks(text.substr(1));
        if (child && text.empty()) return std::nullopt;
    }
    if (rule.compounds.empty()) return std::nullopt;
    return rule;
}

bool StyleSheet::read_compound(std::string_view& text, Rule& rule, bool child) {
    Compound compound;
    compound.child_of_previous = child;
    const auto identifier = [&text]() {
        std::size_t size = 0;
        while (size < text.size() && is_identifier_char(text[size])) ++size;
        const std::string_view word = text.substr(0, size);
        text.remove_prefix(size);
        return word;
    };
    const std::size_t before = text.size();
    if (text.starts_with('*')) text.remove_prefix(1);
    compound.element = lower_ascii(identifier());
    if (!compound.element.empty()) rule.specificity += 1;
    while (!text.empty() && !is_blank(text.front()) && text.front() != '>') {
        const char mark = text.front();
        text.remove_prefix(1);
        if (mark == '.') {
            compound.classes.emplace_back(identifier());
            rule.specificity += 1U << 8U;
        } else if (mark == '#') {
            compound.id = identifier();
            rule.specificity += 1U << 16U;
        } else if (mark == ':') {
            if (text.starts_with(':')) text.remove_prefix(1);
            const std::string_view pseudo = identifier();
            if (pseudo != "before" && pseudo != "after") return false;
            rule.pseudo = true;
        } else {
            return false;
        }
    }
    if (text.size() == before) return false;
    rule.compounds.push_back(std::move(compound));
    return true;
}

bool StyleSheet::fits(const Compound& compound, const Tree& tree, const NameTable& names, NodeIndex node) {
    if (!compound.element.empty() && names[tree.nodes[node].name] != compound.element) return false;
    if (!compound.id.empty() && tree.attribute(node, "id") != compound.id) return false;
    if (compound.classes.empty()) return true;
    const std::string_view classes = tree.attribute(node, "class");
    return std::all_of(compound.classes.begin(), compound.classes.end(),
                       [classes](const std::string& name) { return has_word(classes, name); });
}

bool StyleSheet::fits_ancestors(const Rule& rule, std::size_t index, const Tree& tree, const NameTable& names,
                                NodeIndex node, std::size_t& budget) {
    if (index == 0) return true;
    const bool only_parent = rule.compounds[index].child_of_previous;
    // html is not in the tree; a rule that begins with it holds for everything.
    if (index == 1 && rule.compounds[0].element == "html" && rule.compounds[0].classes.empty()) return true;
    for (NodeIndex up = tree.nodes[node].parent; up != kNoNode; up = tree.nodes[up].parent) {
        if (fits(rule.compounds[index - 1], tree, names, up) &&
            fits_ancestors(rule, index - 1, tree, names, up, budget)) {
            return true;
        }
        if (only_parent || budget == 0) return false;
        --budget;
    }
    return false;
}

StyleSheet::Matched StyleSheet::match(const Tree& tree, const NameTable& names, NodeIndex node,
                                      std::uint64_t& checks) const {
    checks += rules_.size();
    Matched matched;
    std::optional<bool> generated;
    for (const Rule& rule : rules_) {
        if (!fits(rule.compounds.back(), tree, names, node)) continue;
        std::size_t budget = kMaxAncestorChecks;
        const bool applies = fits_ancestors(rule, rule.compounds.size() - 1, tree, names, node, budget);
        checks += kMaxAncestorChecks - budget;
        if (!applies) continue;
        if (!rule.pseudo) {
            merge(matched.own, rule.declarations);
        } else if (rule.declarations.generated) {
            generated = rule.declarations.generated;
        }
    }
    matched.generates = generated.value_or(false);
    return matched;
}

}  // namespace koshelf::core::text
