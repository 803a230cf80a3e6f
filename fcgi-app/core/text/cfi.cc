#include "core/text/cfi.h"

#include <algorithm>

#include "core/text/structure.h"

namespace koshelf::core::text {
namespace {

// UTF-16 units of the browser's text before the kept character `at` of a text node.
std::int64_t units_before(const Structure& structure, NodeIndex node, TextLength at) {
    std::int64_t units = at;
    for (const Gap& gap : structure.gaps_of(node)) {
        if (gap.at > at) break;
        units += gap.extra;
    }
    return units;
}

std::int64_t units_of(const Structure& structure, NodeIndex node) {
    return units_before(structure, node, structure.nodes[node].length);
}

// The kept character that `units` falls on or into.
TextLength character_at(const Structure& structure, NodeIndex node, std::int64_t units) {
    std::int64_t shift = 0;
    for (const Gap& gap : structure.gaps_of(node)) {
        // Still before the gap's own characters: they end at gap.at.
        if (units < static_cast<std::int64_t>(gap.at) + shift) break;
        const std::int64_t behind = static_cast<std::int64_t>(gap.at) + shift + gap.extra;
        if (units < behind) return gap.at == 0 ? 0 : gap.at - 1;
        shift += gap.extra;
    }
    return static_cast<TextLength>(std::clamp<std::int64_t>(units - shift, 0, structure.nodes[node].length));
}

// A text node of a browser's document: one or (where the engine splits long runs) several of ours in a row.
struct DomText {
    std::vector<NodeIndex> pieces;
    std::uint32_t elements_before = 0;
    bool cdata = false;
};

std::vector<DomText> dom_texts(const Structure& structure, NodeIndex parent) {
    std::vector<DomText> out;
    std::uint32_t elements = 0;
    for (const NodeIndex child : structure.children_of(parent)) {
        const Node& node = structure.nodes[child];
        if (!node.is_text()) {
            elements += node.has(Node::kPi) ? 0 : 1;
        } else if (node.has(Node::kContinued) && !out.empty()) {
            out.back().pieces.push_back(child);
        } else {
            out.push_back({{child}, elements, node.has(Node::kCdata)});
        }
    }
    return out;
}

// Nodes that one text step covers, in the two ways of counting.
std::vector<NodeIndex> by_text_nodes(const std::vector<DomText>& texts, std::uint32_t index) {
    for (const DomText& text : texts) {
        if (text.cdata) continue;
        if (index-- == 0) return text.pieces;
    }
    return {};
}

std::vector<NodeIndex> by_gaps(const std::vector<DomText>& texts, std::uint32_t elements_before) {
    std::vector<NodeIndex> out;
    for (const DomText& text : texts) {
        if (text.elements_before == elements_before)
            out.insert(out.end(), text.pieces.begin(), text.pieces.end());
    }
    return out;
}

// Where `units` into these nodes lies; nothing beyond their end.
std::optional<TextOffset> offset_in(const Structure& structure, const std::vector<NodeIndex>& nodes,
                                    std::int64_t units) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const std::int64_t here = units_of(structure, nodes[i]);
        const Node& node = structure.nodes[nodes[i]];
        if (units < here || (units == here && i + 1 == nodes.size())) {
            const TextLength character = character_at(structure, nodes[i], units);
            return TextOffset{node.start.value + std::min(character, node.visible_length())};
        }
        units -= here;
    }
    return std::nullopt;
}

NodeIndex element_child(const Structure& structure, NodeIndex parent, std::uint32_t number) {
    std::uint32_t left = number / 2;
    for (const NodeIndex child : structure.children_of(parent)) {
        const Node& node = structure.nodes[child];
        if (node.is_text() || node.has(Node::kPi)) continue;
        if (--left == 0) return child;
    }
    return kNoNode;
}

NodeIndex find_id(const Structure& structure, NodeIndex body, std::uint32_t hash) {
    const auto from = std::lower_bound(structure.ids.begin(), structure.ids.end(), body,
                                       [](const ElementId& id, NodeIndex node) { return id.node < node; });
    for (auto id = from; id != structure.ids.end() && id->node < structure.nodes[body].end; ++id) {
        if (id->hash == hash) return id->node;
    }
    return kNoNode;
}

// True, false, or nothing if the step asserts no id.
bool id_holds(const Structure& structure, NodeIndex node, const Cfi::Step& step) {
    if (step.id.empty()) return true;
    const auto id = std::lower_bound(structure.ids.begin(), structure.ids.end(), node,
                                     [](const ElementId& entry, NodeIndex n) { return entry.node < n; });
    return id != structure.ids.end() && id->node == node && id->hash == id_hash(step.id);
}

class Resolver {
  public:
    Resolver(const Structure& structure, const Cfi& cfi, NodeIndex body)
        : structure_(structure), cfi_(cfi), body_(body), at_(body) {}

    ResolvedCfi resolve(std::uint32_t body_step) {
        if (cfi_.content.empty() || cfi_.content.front().number != body_step)
            return result(Resolution::kFragment);
        for (std::size_t i = 1; i < cfi_.content.size(); ++i) {
            const Cfi::Step& step = cfi_.content[i];
            if (step.number % 2 == 1) return resolve_text(step.number);
            const NodeIndex child = step.number == 0 ? kNoNode : element_child(structure_, at_, step.number);
            if (!enter(child, step))
                return result(at_ == body_ ? Resolution::kFragment : Resolution::kAncestor);
        }
        return result(Resolution::kElement);
    }

  private:
    // Goes to the child, or to the element that has the id that the step asserts.
    bool enter(NodeIndex child, const Cfi::Step& step) {
        if (child != kNoNode && id_holds(structure_, child, step)) {
            at_ = child;
            return true;
        }
        moved_ = true;
        const NodeIndex named = step.id.empty() ? kNoNode : find_id(structure_, body_, id_hash(step.id));
        if (named != kNoNode) child = named;
        if (child == kNoNode) return false;
        at_ = child;
        return true;
    }

    [[nodiscard]] ResolvedCfi resolve_text(std::uint32_t number) const {
        const std::vector<DomText> texts = dom_texts(structure_, at_);
        const std::int64_t units = cfi_.offset.value_or(0);
        for (const auto& nodes : {by_text_nodes(texts, number / 2), by_gaps(texts, number / 2)}) {
            if (const auto offset = offset_in(structure_, nodes, units))
                return {*offset, Resolution::kExact, moved_};
        }
        return result(at_ == body_ ? Resolution::kFragment : Resolution::kAncestor);
    }

    [[nodiscard]] ResolvedCfi result(Resolution resolution) const {
        return {structure_.nodes[at_].start, resolution, moved_};
    }

    const Structure& structure_;
    const Cfi& cfi_;
    NodeIndex body_;
    NodeIndex at_;
    bool moved_ = false;
};

// The steps from the body (not included) to an element.
std::vector<Cfi::Step> steps_to(const Structure& structure, NodeIndex node) {
    std::vector<Cfi::Step> steps;
    for (; structure.nodes[node].parent != kNoNode; node = structure.nodes[node].parent) {
        std::uint32_t number = 0;
        for (const NodeIndex child : structure.children_of(structure.nodes[node].parent)) {
            const Node& sibling = structure.nodes[child];
            if (!sibling.is_text() && !sibling.has(Node::kPi)) number += 2;
            if (child == node) break;
        }
        steps.push_back({number, {}});
    }
    std::reverse(steps.begin(), steps.end());
    return steps;
}

}  // namespace

Result<ResolvedCfi> resolve_cfi(const TextMap& map, std::string_view text) {
    auto cfi = parse_cfi(text);
    if (!cfi) return tl::make_unexpected(cfi.error());
    return resolve_cfi(map, *cfi);
}

Result<ResolvedCfi> resolve_cfi(const TextMap& map, const Cfi& cfi) {
    const Structure& structure = map.structure();
    const std::uint32_t number = cfi.package.empty() ? 0 : cfi.package.back().number;
    for (const Fragment& fragment : structure.fragments) {
        if (number == 2 * (structure.items[fragment.item].spine_index + 1)) {
            return Resolver(structure, cfi, fragment.body).resolve(fragment.body_step);
        }
    }
    return fail(TextErrorCode::kNotFound, "itemref /" + std::to_string(number));
}

std::optional<std::string> write_cfi(const TextMap& map, TextOffset at) {
    const Structure& structure = map.structure();
    const NodeIndex text = structure.text_at(at);
    if (text == kNoNode) return std::nullopt;
    const Node& node = structure.nodes[text];
    const Fragment& fragment = structure.fragments[structure.fragment_of(text)];
    const std::uint32_t character = std::min(at.value - node.start.value, node.length - 1);
    Cfi cfi;
    cfi.package = {{structure.spine_step, {}}, {2 * (structure.items[fragment.item].spine_index + 1), {}}};
    cfi.content = steps_to(structure, node.parent);
    cfi.content.insert(cfi.content.begin(), {fragment.body_step, {}});
    std::uint32_t index = 0;
    for (const DomText& dom : dom_texts(structure, node.parent)) {
        std::int64_t units = 0;
        for (const NodeIndex piece : dom.pieces) {
            if (piece != text) {
                units += units_of(structure, piece);
                continue;
            }
            // A CDATA section is no text node to epub.js: the standard's count is all there is.
            cfi.content.push_back({2 * (dom.cdata ? dom.elements_before : index) + 1, {}});
            cfi.offset = static_cast<std::uint32_t>(units + units_before(structure, text, character));
            return to_string(cfi);
        }
        index += dom.cdata ? 0 : 1;
    }
    return std::nullopt;
}

}  // namespace koshelf::core::text
