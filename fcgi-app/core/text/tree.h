// Tree: one content document as KOReader's engine parses it, before styles and white-space rules.
//
// All text is a view into the document's UTF-8 source, which the owner keeps alive.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/names.h"
#include "core/text/structure.h"

namespace koshelf::core::text {

struct Attribute {
    std::string name;        // local name, lower case (as written inside svg)
    std::string_view value;  // as in the source: character references not decoded
};

struct TreeNode {
    NodeIndex parent = kNoNode;
    NodeIndex end = 0;  // one past the last descendant
    NameId name = kTextName;
    bool cdata = false;      // text: a CDATA section
    bool continued = false;  // text: same run as the text node before it
    std::uint32_t first_attribute = 0;
    std::uint32_t attribute_count = 0;
    std::string_view source;       // text: its source
    std::uint32_t run_length = 0;  // text: source characters of the whole run it belongs to

    [[nodiscard]] bool is_text() const { return name == kTextName; }
};

struct Tree {
    std::vector<TreeNode> nodes;  // preorder, from the (first) body on
    std::vector<Attribute> attributes;
    std::vector<NodeIndex> bodies;  // usually one, node 0; each is a DocFragment of its own
    std::vector<Attribute> html_attributes;
    std::vector<std::string_view> style_sources;  // contents of <style> in the head
    std::vector<std::string> style_links;         // href of <link rel="stylesheet">, decoded
    std::uint32_t elements_before_body = 0;       // children of html before body: head, as a rule
    bool plain = true;  // nothing was read that the engine and XML read differently (raw &, > in a value,
                        // prefixed body, …)

    [[nodiscard]] std::span<const Attribute> attributes_of(NodeIndex node) const {
        return std::span(attributes).subspan(nodes[node].first_attribute, nodes[node].attribute_count);
    }
    // Value of an attribute as in the source; empty if absent.
    [[nodiscard]] std::string_view attribute(NodeIndex node, std::string_view name) const;
};

}  // namespace koshelf::core::text
