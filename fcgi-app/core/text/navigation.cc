#include "core/text/navigation.h"

#include <optional>

#include "core/text/ascii.h"
#include "core/text/encoding.h"
#include "core/text/markup.h"
#include "core/text/stored_text.h"
#include "core/text/xml.h"

namespace koshelf::core::text {
namespace {

constexpr std::size_t kMaxEntries = 20'000;

struct Target {
    std::string path;
    std::string anchor;
};

Target target_of(const Archive& archive, std::string_view base, std::string_view href) {
    Target target;
    if (href.empty()) return target;
    const std::size_t hash = href.find('#');
    if (hash != std::string_view::npos) target.anchor = percent_decode(href.substr(hash + 1));
    const std::string_view file = href.substr(0, hash);
    target.path = file.empty() ? std::string(base) : locate(archive, base, file);
    return target;
}

// Reads <nav> elements out of the engine's tree: navigation documents in the wild are not always strict XML.
class NavReader {
  public:
    NavReader(const Archive& archive, std::string_view path, const Tree& tree, const NameTable& names)
        : archive_(archive), path_(path), tree_(tree), names_(names) {}

    void read(Navigation& out) const {
        bool has_toc = false;
        for (NodeIndex i = 0; i < tree_.nodes.size(); ++i) {
            if (tree_.nodes[i].is_text() || names_[tree_.nodes[i].name] != "nav") continue;
            const std::string type = decode_references(tree_.attribute(i, "type"));
            if (has_word(type, "landmarks")) {
                read_landmarks(i, out);
            } else if (!has_toc && (type.empty() || has_word(type, "toc"))) {
                read_list(i, out);
                has_toc = !out.entries.empty();
            }
        }
    }

  private:
    void read_list(NodeIndex nav, Navigation& out) const {
        const NodeIndex end = tree_.nodes[nav].end;
        std::uint32_t depth = 0;
        std::vector<NodeIndex> list_ends;
        for (NodeIndex i = nav + 1; i < end && out.entries.size() < kMaxEntries; ++i) {
            while (!list_ends.empty() && i >= list_ends.back()) list_ends.pop_back();
            if (tree_.nodes[i].is_text()) continue;
            const std::string_view name = names_[tree_.nodes[i].name];
            if (name == "ol" || name == "ul") list_ends.push_back(tree_.nodes[i].end);
            if (name != "a" && name != "span") continue;
            depth = list_ends.empty() ? 0 : static_cast<std::uint32_t>(list_ends.size() - 1);
            const Target target = target_of(archive_, path_, decode_references(tree_.attribute(i, "href")));
            out.entries.push_back({text_below(i), target.path, target.anchor, depth});
            i = tree_.nodes[i].end - 1;
        }
    }

    void read_landmarks(NodeIndex nav, Navigation& out) const {
        for (NodeIndex i = nav + 1; i < tree_.nodes[nav].end && out.landmarks.size() < kMaxEntries; ++i) {
            if (tree_.nodes[i].is_text() || names_[tree_.nodes[i].name] != "a") continue;
            const Target target = target_of(archive_, path_, decode_references(tree_.attribute(i, "href")));
            const std::string type = lower_ascii(decode_references(tree_.attribute(i, "type")));
            if (!type.empty()) out.landmarks.push_back({type, target.path, target.anchor});
        }
    }

    [[nodiscard]] std::string text_below(NodeIndex node) const {
        std::string text;
        for (NodeIndex i = node + 1; i < tree_.nodes[node].end; ++i) {
            if (tree_.nodes[i].is_text()) {
                text +=
                    store_text(tree_.nodes[i].source, BlankHandling::kCollapse, tree_.nodes[i].cdata).utf8;
            } else if (names_[tree_.nodes[i].name] == "br") {
                text += ' ';
            }
        }
        return collapse_blanks(text);
    }

    const Archive& archive_;
    std::string_view path_;
    const Tree& tree_;
    const NameTable& names_;
};

void read_nav_points(const Archive& archive, std::string_view path, const pugi::xml_node& root,
                     Navigation& out) {
    // Iterative, since nesting is the file's choice.
    std::uint32_t level = 0;
    pugi::xml_node node = root.first_child();
    while (node && out.entries.size() < kMaxEntries) {
        const bool point = local_name(node) == "navPoint";
        if (point) {
            const std::string href = attribute_of(child_named(node, "content"), "src");
            const Target target = target_of(archive, path, href);
            const std::string title = text_of(child_named(node, "navLabel"));
            out.entries.push_back({title, target.path, target.anchor, level});
        }
        if (point && node.first_child()) {
            node = node.first_child();
            ++level;
            continue;
        }
        while (node && node != root && !node.next_sibling()) {
            node = node.parent();
            if (level > 0) --level;
        }
        if (!node || node == root) return;
        node = node.next_sibling();
    }
}

void read_ncx(Archive& archive, const std::string& path, Navigation& out) {
    auto bytes = archive.read_package_file(path);
    if (!bytes) return;
    pugi::xml_document document;
    if (!parse_xml(*bytes, path, document)) return;
    read_nav_points(archive, path, child_named(document.document_element(), "navMap"), out);
}

Result<void> read_nav(Archive& archive, const std::string& path, const EpubLimits& limits, Navigation& out) {
    auto bytes = archive.read(path);
    if (!bytes) return {};
    const DecodedText decoded = decode_document(*bytes);
    NameTable names;
    auto tree = read_markup(decoded.utf8, names, {limits.nesting, limits.nodes});
    if (!tree) return tl::make_unexpected(tree.error());
    NavReader(archive, path, *tree, names).read(out);
    return {};
}

}  // namespace

Result<Navigation> read_navigation(Archive& archive, const Package& package, const EpubLimits& limits) {
    Navigation out;
    if (package.nav) {
        const std::string& path = package.manifest[*package.nav].path;
        if (auto read = read_nav(archive, path, limits, out); !read) return tl::make_unexpected(read.error());
    }
    if (out.entries.empty() && package.ncx) read_ncx(archive, package.manifest[*package.ncx].path, out);
    for (const GuideReference& reference : package.guide) {
        const Target target = target_of(archive, package.path, reference.href);
        out.landmarks.push_back({reference.type, target.path, target.anchor});
    }
    return out;
}

}  // namespace koshelf::core::text
