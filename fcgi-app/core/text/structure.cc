#include "core/text/structure.h"

#include <algorithm>

namespace koshelf::core::text {
namespace {

// Counts siblings by name, and forgets cheaply: a book has many parents and few names.
class Numbering {
  public:
    explicit Numbering(std::size_t names) : counts_(names) {}

    std::uint32_t next(NameId name) {
        if (counts_[name] == 0) used_.push_back(name);
        return ++counts_[name];
    }

    void reset() {
        for (const NameId name : used_) counts_[name] = 0;
        used_.clear();
    }

  private:
    std::vector<std::uint32_t> counts_;
    std::vector<NameId> used_;
};

}  // namespace

void Structure::number_siblings(NodeIndex first) {
    Numbering numbering(names.size());
    for (NodeIndex parent = first; parent < nodes.size(); ++parent) {
        if (nodes[parent].is_text()) continue;
        if (nodes[parent].parent == kNoNode) nodes[parent].ordinal = 1;
        for (NodeIndex child = parent + 1; child < nodes[parent].end; child = nodes[child].end) {
            nodes[child].ordinal = nodes[child].has(Node::kDropped) ? 0 : numbering.next(nodes[child].name);
        }
        numbering.reset();
    }
}

std::uint32_t id_hash(std::string_view id) {
    std::uint32_t hash = 2166136261U;
    for (const char c : id) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 16777619U;
    }
    return hash;
}

void Structure::index() {
    child_begin.assign(nodes.size() + 1, 0);
    for (const Node& node : nodes) {
        if (node.parent != kNoNode) ++child_begin[node.parent + 1];
    }
    for (std::size_t i = 1; i < child_begin.size(); ++i) child_begin[i] += child_begin[i - 1];
    children.assign(child_begin.back(), kNoNode);
    texts.clear();
    text_starts.clear();
    std::vector<std::uint32_t> next(child_begin.begin(), child_begin.end() - 1);
    for (NodeIndex i = 0; i < nodes.size(); ++i) {
        const Node& node = nodes[i];
        if (node.parent != kNoNode) children[next[node.parent]++] = i;
        if (!node.is_text() || node.visible_length() == 0) continue;
        texts.push_back(i);
        text_starts.push_back(node.start);
    }
    lines = make_line_model(*this);
}

std::span<const NodeIndex> Structure::children_of(NodeIndex node) const {
    return std::span(children).subspan(child_begin[node], child_begin[node + 1] - child_begin[node]);
}

std::span<const Gap> Structure::gaps_of(NodeIndex node) const {
    const std::size_t begin = nodes[node].gaps;
    const std::size_t end = node + 1 < nodes.size() ? nodes[node + 1].gaps : gaps.size();
    return std::span(gaps).subspan(begin, end - begin);
}

NodeIndex Structure::text_at(TextOffset offset) const {
    if (texts.empty()) return kNoNode;
    const auto after = std::upper_bound(text_starts.begin(), text_starts.end(), offset);
    const auto index = after == text_starts.begin() ? 0 : after - text_starts.begin() - 1;
    return texts[static_cast<std::size_t>(index)];
}

NodeIndex Structure::child(NodeIndex parent, NameId name, std::uint32_t ordinal) const {
    if (ordinal == 0) return kNoNode;
    const std::span<const NodeIndex> siblings = children_of(parent);
    // The n-th child of a name is at place n - 1 or later, and each match says how far it still is at least:
    // a paragraph among thousands is found in a few steps.
    for (std::size_t i = ordinal - 1; i < siblings.size();) {
        const Node& node = nodes[siblings[i]];
        const bool matches = node.name == name && node.ordinal != 0;
        if (matches && node.ordinal == ordinal) return siblings[i];
        if (matches && node.ordinal > ordinal) return kNoNode;
        i += matches ? ordinal - node.ordinal : 1;
    }
    return kNoNode;
}

std::size_t Structure::fragment_of(NodeIndex node) const {
    const auto after = std::upper_bound(fragments.begin(), fragments.end(), node,
                                        [](NodeIndex n, const Fragment& f) { return n < f.body; });
    return after == fragments.begin() ? 0 : static_cast<std::size_t>(after - fragments.begin() - 1);
}

}  // namespace koshelf::core::text
