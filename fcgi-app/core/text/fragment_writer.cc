#include "core/text/fragment_writer.h"

#include <utility>

#include "core/text/ascii.h"

namespace koshelf::core::text {
namespace {

constexpr std::uint32_t kLongestSafeRun = 8000;  // source characters; at 8192 the engine splits

class FragmentWriter {
  public:
    FragmentWriter(const ContentDocument& document, Structure& structure, BookText& text)
        : document_(document),
          tree_(document.tree),
          structure_(structure),
          text_(text),
          offset_(static_cast<NodeIndex>(structure.nodes.size())),
          block_of_(document.tree.nodes.size(), kNoNode) {}

    void write() {
        for (NodeIndex i = 0; i < tree_.nodes.size(); ++i) add_node(i);
        structure_.number_siblings(offset_);
        mark_safe();
        for (const NodeIndex body : tree_.bodies) {
            const auto item = static_cast<std::uint32_t>(structure_.items.size() - 1);
            structure_.fragments.push_back({item, offset_ + body, 2 * (tree_.elements_before_body + 1)});
        }
    }

  private:
    [[nodiscard]] bool is_block(NodeIndex i) const { return document_.looks[i].display == Display::kBlock; }

    void add_node(NodeIndex i) {
        const TreeNode& from = tree_.nodes[i];
        const Look& look = document_.looks[i];
        block_of_[i] = from.parent == kNoNode || is_block(i) ? i : block_of_[from.parent];
        Node node;
        node.parent = from.parent == kNoNode ? kNoNode : from.parent + offset_;
        node.end = from.end + offset_;
        node.name = from.name;
        node.start = TextOffset{structure_.length};
        node.gaps = static_cast<std::uint32_t>(structure_.gaps.size());
        const auto flag = [&node](bool on, Node::Flag which) {
            if (on) node.flags = static_cast<std::uint16_t>(node.flags | which);
        };
        if (from.is_text()) {
            const StoredText& stored = document_.stored[i];
            flag(look.dropped, Node::kDropped);
            flag(look.hidden || !document_.readable, Node::kHidden);
            flag(from.continued, Node::kContinued);
            flag(from.cdata, Node::kCdata);
            node.length = stored.length;
            structure_.gaps.insert(structure_.gaps.end(), stored.gaps.begin(), stored.gaps.end());
            show(i, node);
        } else {
            flag(is_block(i), Node::kBlock);
            flag(structure_.names[from.name].starts_with('?'), Node::kPi);
            if (const std::string_view id = tree_.attribute(i, "id"); !id.empty()) {
                flag(true, Node::kHasId);
                structure_.ids.push_back({i + offset_, id_hash(decode_references(id))});
            }
        }
        structure_.nodes.push_back(node);
    }

    // Adds a text node's text to the book's if it is seen.
    void show(NodeIndex i, const Node& node) {
        if (node.visible_length() == 0) return;
        const NodeIndex block = block_of_[tree_.nodes[i].parent];
        if (block != block_ || after_break(i)) text_.begin_block();
        block_ = block;
        text_.append(document_.stored[i].utf8);
        structure_.length += node.length;
    }

    // True right behind a <br/>.
    [[nodiscard]] bool after_break(NodeIndex i) const {
        return i > 0 && structure_.names[tree_.nodes[i - 1].name] == "br";
    }

    // Which nodes a pointer may be written to: all conditions were measured on the engine.
    void mark_safe() {
        if (!document_.strict) return;
        for (NodeIndex parent = 0; parent < tree_.nodes.size(); ++parent) {
            if (tree_.nodes[parent].is_text() || document_.looks[parent].opaque) continue;
            set_safe(structure_.nodes[parent + offset_]);
            SafeRuns runs;
            for (NodeIndex child = parent + 1; child < tree_.nodes[parent].end;
                 child = tree_.nodes[child].end) {
                Node& node = structure_.nodes[child + offset_];
                if (node.is_text() && takes_pointer(child, node, runs)) set_safe(node);
            }
        }
    }

    // The text children of one parent so far.
    struct SafeRuns {
        std::uint32_t count = 0;
        bool doubtful =
            false;  // a blank-only or a very long one was among them: later ones may be misnumbered
    };

    bool takes_pointer(NodeIndex i, const Node& node, SafeRuns& runs) const {
        const bool blank = all_blank(document_.stored[i].utf8);
        runs.doubtful = runs.doubtful || blank || tree_.nodes[i].run_length >= kLongestSafeRun;
        ++runs.count;
        return !runs.doubtful && node.visible_length() != 0 && node.ordinal == runs.count;
    }

    static void set_safe(Node& node) { node.flags = static_cast<std::uint16_t>(node.flags | Node::kSafe); }

    const ContentDocument& document_;
    const Tree& tree_;
    Structure& structure_;
    BookText& text_;
    NodeIndex offset_;
    std::vector<NodeIndex> block_of_;  // nearest block element, by node of the tree
    NodeIndex block_ = kNoNode;        // that of the text shown last
};

}  // namespace

void write_fragment(const ContentDocument& document, Structure& structure, BookText& text) {
    FragmentWriter(document, structure, text).write();
}

}  // namespace koshelf::core::text
