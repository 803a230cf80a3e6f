#include "core/text/fragment.h"

#include <utility>

#include "core/text/ascii.h"
#include "core/text/strictness.h"

namespace koshelf::core::text {
namespace {

constexpr std::size_t kSniffed = 2048;  // bytes in which the engine looks for signs of HTML

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// The italic letter that MathML shows for a one-letter identifier.
char32_t math_italic(char letter) {
    if (letter == 'h') return 0x210E;
    const bool upper = letter >= 'A' && letter <= 'Z';
    return upper ? 0x1D434U + static_cast<char32_t>(letter - 'A')
                 : 0x1D44EU + static_cast<char32_t>(letter - 'a');
}

StoredText store_math(const StoredText& text, bool identifier) {
    StoredText out;
    out.utf8 = trim_blanks(text.utf8);
    if (identifier && out.utf8.size() == 1 && is_letter(out.utf8[0])) {
        const char letter = out.utf8[0];
        out.utf8.clear();
        append_utf8(out.utf8, math_italic(letter));
    }
    for (const char c : out.utf8) out.length += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    return out;
}

// "A leading newline immediately following the pre element start tag is stripped", as HTML has it.
bool strips_leading_newline(std::string_view name) {
    return name == "pre" || name == "textarea";
}

StoredText store_node(const Tree& tree, const NameTable& names, NodeIndex index, const Look& look) {
    const TreeNode& node = tree.nodes[index];
    const std::string_view parent = names[tree.nodes[node.parent].name];
    const auto blanks = look.preformatted ? BlankHandling::kPreformatted : BlankHandling::kCollapse;
    StoredText stored = store_text(node.source, blanks, node.cdata);
    const bool first_child = index == node.parent + 1;
    if (first_child && strips_leading_newline(parent) && stored.utf8.starts_with('\n')) {
        stored.utf8.erase(0, 1);
        --stored.length;
        for (Gap& gap : stored.gaps) --gap.at;
        stored.gaps.insert(stored.gaps.begin(), {0, 1});
    }
    if (look.math) return store_math(stored, parent == "mi");
    return stored;
}

}  // namespace

bool looks_like_html(std::string_view utf8, std::string_view path) {
    if (utf8.size() <= 30) return false;
    const std::string head = lower_ascii(utf8.substr(0, kSniffed));
    if (contains(head, "<html") && (contains(head, "<head") || contains(head, "<body"))) return true;
    const std::size_t doctype = head.find("<!doctype ");
    if (doctype != std::string::npos && head.find("html", doctype) < 32) return true;
    const std::string name = lower_ascii(path);
    const bool html_name = name.ends_with(".htm") || name.ends_with(".html") || name.ends_with(".xhtml");
    return html_name && (contains(head, "<!--") || contains(head, "ul") || contains(head, "<p>"));
}

bool looks_like_svg(std::string_view utf8) {
    const std::string_view head = utf8.substr(0, 4 * kSniffed);
    return contains(head, "<svg") && !contains(head, "<html");
}

std::string placeholder_markup(std::string_view path, std::string_view media_type, std::string_view id) {
    std::string markup = "<html><body><pre>Failed handling EPUB spine item '";
    markup.append(path).append("' (").append(media_type).append(", ").append(id);
    return markup.append(").</pre></body></html>");
}

Result<void> parse_document(ContentDocument& document, NameTable& names, const MarkupLimits& limits) {
    auto tree = read_markup(document.source, names, limits);
    if (!tree) return tl::make_unexpected(tree.error());
    document.tree = std::move(*tree);
    return {};
}

Result<void> settle_document(ContentDocument& document, const NameTable& names, const StyleSheet& styles,
                             std::uint64_t& checks, std::uint64_t most_checks) {
    const Tree& tree = document.tree;
    auto looks = compute_looks(tree, names, styles, checks, most_checks);
    if (!looks) return tl::make_unexpected(looks.error());
    document.looks = *std::move(looks);
    document.stored.assign(tree.nodes.size(), {});
    bool plain = tree.plain;
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        if (!tree.nodes[i].is_text()) continue;
        document.stored[i] = store_node(tree, names, i, document.looks[i]);
        plain = plain && document.stored[i].plain;
        if (document.looks[i].math && document.stored[i].length == 0) document.looks[i].dropped = true;
    }
    drop_text(tree, document.stored, document.looks);
    document.strict = document.readable && plain && is_strict_xml(document.source, tree, names);
    return {};
}

}  // namespace koshelf::core::text
