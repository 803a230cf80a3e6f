#include "core/text/tree_builder.h"

#include <algorithm>

#include "core/text/ascii.h"
#include "core/text/stored_text.h"

namespace koshelf::core::text {

std::string_view Tree::attribute(NodeIndex node, std::string_view name) const {
    for (const Attribute& attribute : attributes_of(node)) {
        if (attribute.name == name) return attribute.value;
    }
    return {};
}

void TreeBuilder::open(std::string_view prefix, std::string_view name) {
    const bool as_written = inside_svg();
    std::string local = as_written ? std::string(name) : lower_ascii(name);
    if (!inside_body() && local != "body") return open_in_head(prefix, local);
    if (!inside_body() && !prefix.empty()) not_plain();
    const std::optional<NameId> id = names_.intern(local);
    if (!id) return fail_with("element names");
    if (open_.size() >= limits_.nesting) return fail_with("nesting");
    if (!inside_body()) tree_.bodies.push_back(static_cast<NodeIndex>(tree_.nodes.size()));
    TreeNode node;
    node.name = *id;
    node.first_attribute = static_cast<std::uint32_t>(tree_.attributes.size());
    add_node(node);
    open_.push_back(static_cast<NodeIndex>(tree_.nodes.size() - 1));
    if (open_by_name_.size() <= *id) open_by_name_.resize(*id + 1U);
    ++open_by_name_[*id];
    if (local == "svg" || svg_depth_ > 0) ++svg_depth_;
}

void TreeBuilder::open_in_head(std::string_view prefix, std::string_view name) {
    head_element_ = name;
    head_attributes_.clear();
    if (name == "html") {
        html_seen_ = true;
        head_depth_ = 0;
        if (!prefix.empty()) not_plain();
    } else if (html_seen_ && !name.starts_with('?')) {
        if (head_depth_ == 0) ++tree_.elements_before_body;
        ++head_depth_;
    }
}

void TreeBuilder::attribute(std::string_view name, std::string_view value) {
    if (failed()) return;
    Attribute attribute{inside_svg() ? std::string(name) : lower_ascii(name), value};
    if (!inside_body()) {
        head_attributes_.push_back(std::move(attribute));
        return;
    }
    if (tree_.attributes.size() >= limits_.nodes) return fail_with("attributes");
    tree_.attributes.push_back(std::move(attribute));
    ++tree_.nodes[open_.back()].attribute_count;
}

void TreeBuilder::enter() {
    if (inside_body()) return;
    if (head_element_ == "html") tree_.html_attributes = head_attributes_;
    if (head_element_ != "link") return;
    std::string_view rel;
    std::string_view type;
    std::string_view href;
    for (const Attribute& attribute : head_attributes_) {
        if (attribute.name == "rel") rel = attribute.value;
        if (attribute.name == "type") type = attribute.value;
        if (attribute.name == "href") href = attribute.value;
    }
    const bool is_css = type.empty() || equals_ignoring_case(trim_blanks(type), "text/css");
    if (equals_ignoring_case(trim_blanks(rel), "stylesheet") && is_css && !href.empty()) {
        tree_.style_links.push_back(decode_references(href));
    }
}

void TreeBuilder::close(std::string_view name) {
    if (failed()) return;
    const std::string local = inside_svg() ? std::string(name) : lower_ascii(name);
    if (!inside_body()) {
        if (local != "html" && head_depth_ > 0) --head_depth_;
        head_element_.clear();
        return;
    }
    const std::optional<NameId> id = names_.find(local);
    if (!id || *id >= open_by_name_.size() || open_by_name_[*id] == 0) return not_plain();
    // The end tag of a body ends the fragment, even if an inner body is the one still open.
    const bool ends_fragment = local == "body";
    if (ends_fragment && open_.size() > 1) not_plain();
    while (!open_.empty()) {
        const bool reached = !ends_fragment && tree_.nodes[open_.back()].name == *id;
        if (!reached && !ends_fragment) not_plain();
        close_innermost();
        if (reached) return;
    }
}

void TreeBuilder::close_innermost() {
    const NodeIndex node = open_.back();
    open_.pop_back();
    tree_.nodes[node].end = static_cast<NodeIndex>(tree_.nodes.size());
    --open_by_name_[tree_.nodes[node].name];
    if (svg_depth_ > 0) --svg_depth_;
}

void TreeBuilder::text(const TextRun& run) {
    if (failed()) return;
    if (!inside_body()) {
        if (head_element_ == "style") tree_.style_sources.push_back(run.source);
        return;
    }
    TreeNode node;
    node.source = run.source;
    node.cdata = run.cdata;
    node.continued = run.continued;
    node.run_length = static_cast<std::uint32_t>(run.run_length);
    add_node(node);
    tree_.nodes.back().end = static_cast<NodeIndex>(tree_.nodes.size());
}

void TreeBuilder::add_node(TreeNode node) {
    if (tree_.nodes.size() >= limits_.nodes) return fail_with("nodes");
    node.parent = open_.empty() ? kNoNode : open_.back();
    tree_.nodes.push_back(node);
}

void TreeBuilder::finish() {
    if (inside_body()) not_plain();
    while (!open_.empty()) close_innermost();
    if (tree_.bodies.size() != 1) not_plain();
}

void TreeBuilder::fail_with(std::string detail) {
    if (!error_) error_ = TextError{TextErrorCode::kLimitExceeded, std::move(detail)};
}

Result<Tree> TreeBuilder::take() {
    if (error_) return tl::make_unexpected(*error_);
    return std::move(tree_);
}

}  // namespace koshelf::core::text
