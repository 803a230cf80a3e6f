#include "core/text/xpointer.h"

#include <algorithm>
#include <charconv>

#include "core/text/ascii.h"
#include "core/text/structure.h"

namespace koshelf::core::text {
namespace {

constexpr std::size_t kLongestPointer = 16'384;
constexpr std::string_view kFragmentName = "DocFragment";

tl::unexpected<TextError> bad_syntax(std::string_view text) {
    return fail(TextErrorCode::kBadSyntax, std::string(text.substr(0, 80)));
}

// A decimal number without sign, blanks or leading zeros' ambiguity; nothing if it is none or too large.
std::optional<std::uint32_t> parse_number(std::string_view digits) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

bool is_name(std::string_view name) {
    if (name.starts_with('?')) name.remove_prefix(1);
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == ':' ||
               static_cast<unsigned char>(c) >= 0x80;
    });
}

// "name" or "name[index]"; also "text()" and "text()[k]".
std::optional<XPointer::Step> parse_step(std::string_view text) {
    XPointer::Step step;
    if (text.ends_with(']')) {
        const std::size_t open = text.find('[');
        if (open == std::string_view::npos) return std::nullopt;
        const auto index = parse_number(text.substr(open + 1, text.size() - open - 2));
        if (!index || *index == 0) return std::nullopt;
        step.index = *index;
        text = text.substr(0, open);
    }
    if (text != "text()" && !is_name(text)) return std::nullopt;
    step.name = text;
    return step;
}

// Cuts ".off" off the end; a dot inside a name ("dc.title") is followed by more than digits.
std::optional<std::uint32_t> take_offset(std::string_view& text) {
    const std::size_t dot = text.rfind('.');
    if (dot == std::string_view::npos || dot + 1 == text.size()) return std::nullopt;
    const auto offset = parse_number(text.substr(dot + 1));
    if (offset) text = text.substr(0, dot);
    return offset;
}

Result<XPointer> pointer_of_steps(const std::vector<XPointer::Step>& steps,
                                  std::optional<std::uint32_t> offset, std::string_view text) {
    const bool starts_well = steps.size() >= 2 && steps[0] == XPointer::Step{"body", 1};
    if (!starts_well || steps[1].name != kFragmentName) return bad_syntax(text);
    XPointer pointer;
    pointer.fragment = steps[1].index;
    pointer.offset = offset;
    if (steps.size() == 2) return pointer;
    if (steps[2] != XPointer::Step{"body", 1}) return bad_syntax(text);
    pointer.has_body = true;
    for (std::size_t i = 3; i < steps.size(); ++i) {
        if (steps[i].name != "text()") {
            pointer.path.push_back(steps[i]);
        } else if (i + 1 == steps.size()) {
            pointer.text = steps[i].index;
        } else {
            return bad_syntax(text);
        }
    }
    return pointer;
}

// Descends as far as the pointer's path exists.
struct Descent {
    NodeIndex node = kNoNode;
    bool complete = true;
};

Descent descend(const Structure& structure, NodeIndex body, const XPointer& pointer) {
    Descent at{body, true};
    for (const XPointer::Step& step : pointer.path) {
        const auto name = structure.names.find(step.name);
        const NodeIndex child = name ? structure.child(at.node, *name, step.index) : kNoNode;
        if (child == kNoNode) {
            at.complete = false;
            return at;
        }
        at.node = child;
    }
    return at;
}

std::uint32_t fragment_number(const Structure& structure, NodeIndex node) {
    return static_cast<std::uint32_t>(structure.fragment_of(node) + 1);
}

XPointer pointer_to(const Structure& structure, NodeIndex node) {
    XPointer pointer;
    pointer.fragment = fragment_number(structure, node);
    pointer.has_body = true;
    for (; structure.nodes[node].parent != kNoNode; node = structure.nodes[node].parent) {
        const Node& at = structure.nodes[node];
        if (at.is_text()) {
            pointer.text = at.ordinal;
        } else {
            pointer.path.push_back({std::string(structure.names[at.name]), at.ordinal});
        }
    }
    std::reverse(pointer.path.begin(), pointer.path.end());
    return pointer;
}

// The pointer and where it is meant to lead; written only if it leads there.
std::optional<WrittenXPointer> validated(const TextMap& map, const XPointer& pointer, TextOffset meant) {
    WrittenXPointer written{to_string(pointer), meant};
    const auto resolved = resolve_xpointer(map, written.text);
    if (!resolved || resolved->offset != meant || resolved->resolution == Resolution::kAncestor)
        return std::nullopt;
    return written;
}

WrittenXPointer fragment_pointer(const Structure& structure, NodeIndex node) {
    const std::size_t index = structure.fragment_of(node);
    return {"/body/DocFragment[" + std::to_string(index + 1) + "]",
            structure.nodes[structure.fragments[index].body].start};
}

}  // namespace

Result<XPointer> parse_xpointer(std::string_view text) {
    if (text.size() > kLongestPointer || !text.starts_with('/')) return bad_syntax(text);
    std::string_view rest = text.substr(1);
    const auto offset = take_offset(rest);
    std::vector<XPointer::Step> steps;
    while (true) {
        const std::size_t slash = rest.find('/');
        const auto step = parse_step(rest.substr(0, slash));
        if (!step) return bad_syntax(text);
        steps.push_back(*step);
        if (slash == std::string_view::npos) break;
        rest.remove_prefix(slash + 1);
    }
    return pointer_of_steps(steps, offset, text);
}

std::string to_string(const XPointer& pointer) {
    const auto indexed = [](std::string_view name, std::uint32_t index) {
        return "/" + std::string(name) + "[" + std::to_string(index) + "]";
    };
    std::string out = indexed("body", 1) + indexed(kFragmentName, pointer.fragment);
    if (pointer.has_body) out += indexed("body", 1);
    for (const XPointer::Step& step : pointer.path) out += indexed(step.name, step.index);
    if (pointer.text) out += indexed("text()", *pointer.text);
    if (pointer.offset) out += "." + std::to_string(*pointer.offset);
    return out;
}

Result<ResolvedXPointer> resolve_xpointer(const TextMap& map, std::string_view text) {
    auto pointer = parse_xpointer(text);
    if (!pointer) return tl::make_unexpected(pointer.error());
    return resolve_xpointer(map, *pointer);
}

Result<ResolvedXPointer> resolve_xpointer(const TextMap& map, const XPointer& pointer) {
    const Structure& structure = map.structure();
    if (pointer.fragment == 0 || pointer.fragment > structure.fragments.size()) {
        return fail(TextErrorCode::kNotFound, "DocFragment[" + std::to_string(pointer.fragment) + "]");
    }
    const NodeIndex body = structure.fragments[pointer.fragment - 1].body;
    if (!pointer.has_body) return ResolvedXPointer{structure.nodes[body].start, Resolution::kFragment};
    const Descent at = descend(structure, body, pointer);
    const TextOffset top = structure.nodes[at.node].start;
    const auto partly = at.node == body ? Resolution::kFragment : Resolution::kAncestor;
    if (!at.complete) return ResolvedXPointer{top, partly};
    if (!pointer.text) return ResolvedXPointer{top, Resolution::kElement};
    const NodeIndex text = structure.child(at.node, kTextName, *pointer.text);
    if (text == kNoNode) return ResolvedXPointer{top, partly};
    const Node& node = structure.nodes[text];
    const std::uint32_t offset = pointer.offset.value_or(0);
    // A character that is not there is an edited text: the node is as near as one gets.
    if (offset > node.length) return ResolvedXPointer{node.start, Resolution::kAncestor};
    return ResolvedXPointer{TextOffset{node.start.value + std::min(offset, node.visible_length())},
                            Resolution::kExact};
}

std::optional<WrittenXPointer> write_xpointer(const TextMap& map, TextOffset at) {
    const Structure& structure = map.structure();
    if (structure.fragments.empty()) return std::nullopt;
    const NodeIndex text = structure.text_at(at);
    if (text == kNoNode) return fragment_pointer(structure, structure.fragments.front().body);
    // Backwards from the character to the first thing that may be named. What is found for an earlier
    // character is passed on the way from a later one, so the result never runs backwards.
    for (NodeIndex i = text;; --i) {
        const Node& node = structure.nodes[i];
        if (node.parent == kNoNode) return fragment_pointer(structure, i);
        if (!node.has(Node::kSafe)) continue;
        std::optional<WrittenXPointer> written;
        if (node.is_text()) {
            const TextLength last = node.length == 0 ? 0 : node.length - 1;
            XPointer pointer = pointer_to(structure, i);
            pointer.offset = i == text ? std::min(at.value - node.start.value, last) : last;
            written = validated(map, pointer, TextOffset{node.start.value + *pointer.offset});
        } else if (node.has(Node::kBlock)) {
            written = validated(map, pointer_to(structure, i), node.start);
        }
        if (written) return *written;
    }
}

}  // namespace koshelf::core::text
