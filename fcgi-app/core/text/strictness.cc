#include "core/text/strictness.h"

#include <vector>

#include <pugixml.hpp>

#include "core/text/ascii.h"
#include "core/text/xml.h"

namespace koshelf::core::text {
namespace {

// References are left alone, so that lengths compare without a table of names.
constexpr unsigned kComparedOptions =
    pugi::parse_cdata | pugi::parse_ws_pcdata | pugi::parse_comments | pugi::parse_pi;

// Walks the engine's tree beside pugixml's.
class Comparison {
  public:
    Comparison(const Tree& tree, const NameTable& names) : tree_(tree), names_(names) {}

    // The body and everything in it. Iterative: documents may be nested deeply.
    bool same(const pugi::xml_node& body) {
        pugi::xml_node node = body;
        while (true) {
            if (!take(node)) return false;
            if (node.type() == pugi::node_element && node.first_child()) {
                node = node.first_child();
                continue;
            }
            while (true) {
                if (node.type() == pugi::node_element && !close()) return false;
                if (node == body) return at_ == tree_.nodes.size();
                if (node.next_sibling()) break;
                node = node.parent();
            }
            node = node.next_sibling();
        }
    }

  private:
    // Consumes the engine's node or nodes for one of pugixml's.
    bool take(const pugi::xml_node& node) {
        switch (node.type()) {
            case pugi::node_comment: return true;
            case pugi::node_pi: return open("?" + std::string(node.name())) && close();
            case pugi::node_element: return open(local_name(node));
            case pugi::node_pcdata: return take_text(node.value(), false);
            case pugi::node_cdata: return take_text(node.value(), true);
            default: return false;
        }
    }

    bool open(std::string_view name) {
        if (at_ >= tree_.nodes.size() || tree_.nodes[at_].is_text()) return false;
        open_.push_back(at_);
        return equals_ignoring_case(names_[tree_.nodes[at_++].name], name);
    }

    bool close() {
        const NodeIndex node = open_.back();
        open_.pop_back();
        return tree_.nodes[node].end == at_;
    }

    bool take_text(std::string_view text, bool cdata) {
        for (bool first = true; !text.empty(); first = false) {
            if (at_ >= tree_.nodes.size() || !tree_.nodes[at_].is_text()) return false;
            const TreeNode& node = tree_.nodes[at_++];
            if (node.cdata != cdata || node.continued == first || !text.starts_with(node.source))
                return false;
            text.remove_prefix(node.source.size());
        }
        return true;
    }

    const Tree& tree_;
    const NameTable& names_;
    NodeIndex at_ = 0;
    std::vector<NodeIndex> open_;
};

}  // namespace

bool is_strict_xml(std::string_view source, const Tree& tree, const NameTable& names) {
    if (tree.bodies.size() != 1) return false;
    pugi::xml_document document;
    if (!document.load_buffer(source.data(), source.size(), kComparedOptions, pugi::encoding_utf8))
        return false;
    const pugi::xml_node root = document.document_element();
    if (!equals_ignoring_case(root.name(), "html")) return false;
    for (const pugi::xml_node& child : root.children()) {
        if (equals_ignoring_case(child.name(), "body")) return Comparison(tree, names).same(child);
    }
    return false;
}

}  // namespace koshelf::core::text
