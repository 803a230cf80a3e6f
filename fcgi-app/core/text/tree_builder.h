// TreeBuilder: receives tags and text from the reader (core/text/markup.cc) and makes a Tree of what is in
// the body, with what the head says about styles.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/error.h"
#include "core/text/markup.h"
#include "core/text/tree.h"

namespace koshelf::core::text {

class TreeBuilder {
  public:
    struct TextRun {
        std::string_view source;
        bool cdata = false;
        bool continued = false;
        std::size_t run_length = 0;
    };

    TreeBuilder(NameTable& names, const MarkupLimits& limits) : names_(names), limits_(limits) {}

    // A start tag: open, then its attributes, then enter.
    void open(std::string_view prefix, std::string_view name);
    void attribute(std::string_view name, std::string_view value);
    void enter();

    // An end tag: closes the nearest open element of that name; a stray one does nothing.
    void close(std::string_view name);

    void text(const TextRun& run);

    // The source has something that the engine and XML read differently.
    void not_plain() { tree_.plain = false; }

    // The source has ended: whatever is open ends with it.
    void finish();

    [[nodiscard]] bool failed() const { return error_.has_value(); }
    [[nodiscard]] Result<Tree> take();

  private:
    [[nodiscard]] bool inside_body() const { return !open_.empty(); }
    [[nodiscard]] bool inside_svg() const { return svg_depth_ > 0; }
    void open_in_head(std::string_view prefix, std::string_view name);
    void add_node(TreeNode node);
    void close_innermost();
    void fail_with(std::string detail);

    NameTable& names_;
    MarkupLimits limits_;
    Tree tree_;
    std::vector<NodeIndex> open_;              // from the body down
    std::vector<std::uint32_t> open_by_name_;  // how many of each name are open
    std::size_t svg_depth_ = 0;

    // What is open outside the body, as far as it matters.
    std::string head_element_;  // "html", "link", "style", "head" or ""
    std::vector<Attribute> head_attributes_;
    std::size_t head_depth_ = 0;  // open elements below html
    bool html_seen_ = false;
    std::optional<TextError> error_;
};

}  // namespace koshelf::core::text
