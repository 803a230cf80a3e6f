#include "core/text/whitespace_rules.h"

#include <algorithm>
#include <array>

#include "core/text/ascii.h"

namespace koshelf::core::text {
namespace {

// MathML keeps text in its tokens only.
constexpr std::array<std::string_view, 7> kMathTokens = {"mglyph", "mi", "mn", "mo", "mspace", "ms", "mtext"};

enum class Rendering { kInline, kBlock, kInvisible };

void apply(Look& look, const Declarations& declarations) {
    look.display = declarations.display.value_or(look.display);
    look.preformatted = declarations.preformatted.value_or(look.preformatted);
    look.floating = declarations.floating.value_or(look.floating);
}

struct Surroundings {
    bool in_svg = false;
    bool in_math = false;
    bool in_image = false;
};

class Dropper {
  public:
    Dropper(const Tree& tree, const std::vector<StoredText>& stored, std::vector<Look>& looks)
        : tree_(tree), stored_(stored), looks_(looks), rendering_(tree.nodes.size(), Rendering::kInline) {}

    void run() {
        // Children come after their parents: backwards, every element's children are settled before it.
        for (auto node = static_cast<NodeIndex>(tree_.nodes.size()); node-- > 0;) {
            if (!tree_.nodes[node].is_text()) settle(node);
        }
    }

  private:
    [[nodiscard]] bool is_text(NodeIndex node) const { return tree_.nodes[node].is_text(); }
    [[nodiscard]] bool is_blank_text(NodeIndex node) const {
        return is_text(node) && all_blank(stored_[node].utf8);
    }
    [[nodiscard]] bool is_floating(NodeIndex node) const {
        return !is_text(node) && looks_[node].floating && rendering_[node] != Rendering::kInvisible;
    }
    [[nodiscard]] bool is_block(NodeIndex node) const {
        return !is_text(node) && rendering_[node] == Rendering::kBlock && !is_floating(node);
    }
    [[nodiscard]] bool is_inline(NodeIndex node) const {
        return is_text(node) || rendering_[node] == Rendering::kInline || is_floating(node);
    }
    void drop(NodeIndex node) { looks_[node].dropped = true; }

    void settle(NodeIndex node) {
        collect_children(node);
        const Look& look = looks_[node];
        if (look.image) kids_.clear();
        if (look.undisplayed) {
            rendering_[node] = Rendering::kInvisible;
        } else if (look.display == Display::kInline) {
            rendering_[node] = settle_inline();
        } else {
            settle_block(node);
            rendering_[node] = look.display == Display::kInlineBlock ? Rendering::kInline : Rendering::kBlock;
        }
    }

    // The children as they are when the element's end tag is read: rule (a) is applied on the way.
    void collect_children(NodeIndex node) {
        const Look& look = looks_[node];
        const bool block = look.display == Display::kBlock || look.display == Display::kInlineBlock;
        kids_.clear();
        for (NodeIndex child = node + 1; child < tree_.nodes[node].end; child = tree_.nodes[child].end) {
            const bool leading = block && !look.preformatted && !look.generates && kids_.empty();
            const bool unkept = is_text(child) && (!look.keeps_text || looks_[child].dropped);
            if (unkept || (leading && is_blank_text(child))) {
                drop(child);
            } else {
                kids_.push_back(child);
            }
        }
    }

    // Blocks inside an inline element make it a block if nothing else is in it; else the blanks beside them
    // go.
    Rendering settle_inline() {
        const bool has_block =
            std::any_of(kids_.begin(), kids_.end(), [this](NodeIndex k) { return is_block(k); });
        if (!has_block) return Rendering::kInline;
        const bool only_blocks = std::none_of(kids_.begin(), kids_.end(), [this](NodeIndex k) {
            return is_text(k) ? !is_blank_text(k) : rendering_[k] == Rendering::kInline;
        });
        if (only_blocks) return Rendering::kBlock;
        for (std::size_t i = 0; i < kids_.size(); ++i) {
            if (!is_block(kids_[i])) continue;
            if (i > 0 && is_blank_text(kids_[i - 1])) drop(kids_[i - 1]);
            if (i + 1 < kids_.size() && is_blank_text(kids_[i + 1])) drop(kids_[i + 1]);
        }
        return Rendering::kInline;
    }

    void settle_block(NodeIndex node) {
        if (looks_[node].preformatted) return;
        const bool has_block =
            std::any_of(kids_.begin(), kids_.end(), [this](NodeIndex k) { return is_block(k); });
        if (!has_block) {
            const bool floats =
                std::any_of(kids_.begin(), kids_.end(), [this](NodeIndex k) { return is_floating(k); });
            if (floats && !looks_[node].generates) drop_blanks_between_floats(0, kids_.size());
            return;
        }
        for (std::size_t i = 0; i < kids_.size();) {
            if (!is_inline(kids_[i])) {
                ++i;
                continue;
            }
            std::size_t end = i;
            while (end < kids_.size() && is_inline(kids_[end])) ++end;
            trim_run(i, end);
            i = end;
        }
    }

    // Rule (b) for the inline run [begin, end) of kids_.
    void trim_run(std::size_t begin, std::size_t end) {
        drop_blanks_between_floats(begin, end);
        while (begin < end && is_blank_text(kids_[begin])) drop(kids_[begin++]);
        while (end > begin && is_blank_text(kids_[end - 1])) drop(kids_[--end]);
    }

    // A run of nothing but floats and blanks loses its blanks.
    void drop_blanks_between_floats(std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            if (!is_blank_text(kids_[i]) && !is_floating(kids_[i])) return;
        }
        for (std::size_t i = begin; i < end; ++i) {
            if (is_text(kids_[i])) drop(kids_[i]);
        }
    }

    const Tree& tree_;
    const std::vector<StoredText>& stored_;
    std::vector<Look>& looks_;
    std::vector<Rendering> rendering_;
    std::vector<NodeIndex> kids_;
};

bool keeps_text(std::string_view name, const ElementDefaults& defaults, const Surroundings& around) {
    if (around.in_svg) return keeps_text_in_svg(name);
    if (!around.in_math) return defaults.keeps_text;
    return std::find(kMathTokens.begin(), kMathTokens.end(), name) != kMathTokens.end();
}

Look element_look(const Tree& tree, const NameTable& names, const StyleSheet& styles, NodeIndex node,
                  const Look& parent, std::uint64_t& checks) {
    const ElementDefaults defaults = element_defaults(names[tree.nodes[node].name]);
    Look look;
    look.display = defaults.display;
    look.preformatted = defaults.preformatted || parent.preformatted;
    if (!styles.empty()) {
        const StyleSheet::Matched matched = styles.match(tree, names, node, checks);
        apply(look, matched.own);
        look.generates = matched.generates;
    }
    const std::string_view inline_style = tree.attribute(node, "style");
    if (!inline_style.empty()) apply(look, parse_declarations(inline_style));
    return look;
}

}  // namespace

Result<std::vector<Look>> compute_looks(const Tree& tree, const NameTable& names, const StyleSheet& styles,
                                        std::uint64_t& checks, std::uint64_t most_checks) {
    std::vector<Look> looks(tree.nodes.size());
    std::vector<Surroundings> around(tree.nodes.size());
    const Look none;
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        const TreeNode& node = tree.nodes[i];
        const bool top = node.parent == kNoNode;
        const Look& parent = top ? none : looks[node.parent];
        if (node.is_text()) {
            looks[i].preformatted = parent.preformatted;
            looks[i].hidden = parent.hidden || around[node.parent].in_image;
            looks[i].opaque = parent.opaque;
            looks[i].math = parent.math;
            continue;
        }
        const std::string_view name = names[node.name];
        const ElementDefaults defaults = element_defaults(name);
        const Surroundings outside = top ? Surroundings{} : around[node.parent];
        around[i] = {outside.in_svg || name == "svg", outside.in_math || name == "math",
                     outside.in_image || defaults.is_image};
        looks[i] = element_look(tree, names, styles, i, parent, checks);
        if (checks > most_checks) return fail(TextErrorCode::kLimitExceeded, "style rules");
        looks[i].keeps_text = keeps_text(name, defaults, around[i]);
        if (around[i].in_svg && looks[i].keeps_text) looks[i].preformatted = true;
        looks[i].image = defaults.is_image;
        looks[i].math = around[i].in_math;
        looks[i].undisplayed = parent.undisplayed || looks[i].display == Display::kNone;
        looks[i].hidden = looks[i].undisplayed || outside.in_image;
        looks[i].opaque = parent.opaque || is_opaque(name);
    }
    return looks;
}

void drop_text(const Tree& tree, const std::vector<StoredText>& stored, std::vector<Look>& looks) {
    Dropper(tree, stored, looks).run();
}

}  // namespace koshelf::core::text
