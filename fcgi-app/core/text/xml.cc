#include "core/text/xml.h"

#include "core/text/ascii.h"
#include "core/text/encoding.h"
#include "core/text/stored_text.h"

namespace koshelf::core::text {
namespace {

constexpr unsigned kParseOptions = pugi::parse_cdata | pugi::parse_eol;
constexpr std::size_t kMaxTitle = 2'000;

std::string_view without_prefix(std::string_view name) {
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

Result<void> parse_xml(std::string_view bytes, std::string_view what, pugi::xml_document& document) {
    const auto decoded = decode_document(bytes);
    const pugi::xml_parse_result parsed =
        document.load_buffer(decoded.utf8.data(), decoded.utf8.size(), kParseOptions, pugi::encoding_utf8);
    if (!parsed) {
        return fail(TextErrorCode::kBadXml, std::string(what) + ": " + parsed.description() + " at byte " +
                                                std::to_string(parsed.offset));
    }
    return {};
}

std::string_view local_name(const pugi::xml_node& node) {
    return without_prefix(node.name());
}

pugi::xml_node child_named(const pugi::xml_node& parent, std::string_view name) {
    for (const pugi::xml_node& child : parent.children()) {
        if (child.type() == pugi::node_element && local_name(child) == name) return child;
    }
    return {};
}

std::string attribute_of(const pugi::xml_node& node, std::string_view name) {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
        if (without_prefix(attribute.name()) == name) return decode_references(attribute.value());
    }
    return {};
}

std::string text_of(const pugi::xml_node& node) {
    struct Gather : pugi::xml_tree_walker {
        std::string out;
        bool for_each(pugi::xml_node& at) override {
            if (at.type() == pugi::node_pcdata) out += decode_references(std::string_view(at.value())) + " ";
            if (at.type() == pugi::node_cdata) out += at.value();
            return out.size() < kMaxTitle;
        }
    };
    Gather gather;
    pugi::xml_node copy = node;
    copy.traverse(gather);
    return collapse_blanks(gather.out);
}

}  // namespace koshelf::core::text
