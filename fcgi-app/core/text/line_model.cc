#include "core/text/line_model.h"

#include <algorithm>
#include <cmath>

#include "core/text/structure.h"

namespace koshelf::core::text {
namespace {

constexpr TextLength kLineLength = 55;
constexpr std::uint32_t kPageLines = 25;
constexpr std::uint32_t kHeadingLines = 2;

bool is_large_heading(std::string_view name) {
    return name == "h1" || name == "h2" || name == "h3";
}

class Maker {
  public:
    explicit Maker(const Structure& structure)
        : structure_(structure), block_of_(structure.nodes.size(), kNoNode) {}

    LineModel make() {
        std::uint32_t item = 0;
        for (const Fragment& fragment : structure_.fragments) {
            // An item without a fragment cannot be, but every item has at least one page.
            for (; item < fragment.item; ++item) end_page();
            add_fragment(fragment.body);
        }
        end_page();
        model_.pages = line_ / kPageLines;
        return std::move(model_);
    }

  private:
    void add_fragment(NodeIndex body) {
        NodeIndex current = kNoNode;
        for (NodeIndex i = body; i < structure_.nodes[body].end; ++i) {
            const Node& node = structure_.nodes[i];
            const NodeIndex around = node.parent == kNoNode ? i : block_of_[node.parent];
            block_of_[i] = node.has(Node::kBlock) ? i : around;
            if (!node.is_text() || node.visible_length() == 0) continue;
            const bool after_break = structure_.names[structure_.nodes[i - 1].name] == "br";
            if (around != current || after_break) {
                end_block();
                open_ = {node.start, 0, line_, 0};
                heading_ = is_large_heading(structure_.names[structure_.nodes[around].name]);
                current = around;
            }
            open_.length += node.length;
        }
        end_block();
    }

    void end_block() {
        if (open_.length == 0) return;
        open_.lines = 1 + (open_.length - 1) / kLineLength + (heading_ ? kHeadingLines : 0);
        line_ += open_.lines;
        model_.blocks.push_back(open_);
        open_.length = 0;
    }

    void end_page() {
        const std::uint32_t filled = (line_ + kPageLines - 1) / kPageLines * kPageLines;
        line_ = filled == page_begin_ ? filled + kPageLines : filled;
        page_begin_ = line_;
    }

    const Structure& structure_;
    std::vector<NodeIndex> block_of_;
    LineModel model_;
    LineModel::Block open_;
    bool heading_ = false;
    std::uint32_t line_ = 0;
    std::uint32_t page_begin_ = 0;
};

}  // namespace

LineModel make_line_model(const Structure& structure) {
    return Maker(structure).make();
}

std::uint32_t LineModel::page_of(TextOffset offset) const {
    const auto after = std::upper_bound(blocks.begin(), blocks.end(), offset,
                                        [](TextOffset o, const Block& block) { return o < block.start; });
    if (after == blocks.begin()) return 0;
    const Block& block = *(after - 1);
    const TextLength into = std::min(offset.value - block.start.value, block.length - 1);
    const auto line = static_cast<std::uint64_t>(into) * block.lines / block.length;
    return (block.first_line + static_cast<std::uint32_t>(line)) / kPageLines;
}

TextOffset LineModel::offset_at(double page) const {
    if (blocks.empty()) return {};
    const double line = std::clamp(page, 0.0, static_cast<double>(pages)) * kPageLines;
    const auto after = std::upper_bound(blocks.begin(), blocks.end(), line, [](double l, const Block& block) {
        return l < static_cast<double>(block.first_line);
    });
    if (after == blocks.begin()) return blocks.front().start;
    const Block& block = *(after - 1);
    const double into = (line - static_cast<double>(block.first_line)) / static_cast<double>(block.lines);
    // In the blank rest of a page: the last character before it.
    const double character = std::ceil(into * static_cast<double>(block.length));
    const auto last = static_cast<double>(block.length - 1);
    return TextOffset{block.start.value + static_cast<TextLength>(std::min(character, last))};
}

}  // namespace koshelf::core::text
