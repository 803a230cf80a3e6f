// Strict XML through pugixml, for the files that are not shown: container, package, NCX.
#pragma once

#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "core/text/error.h"

namespace koshelf::core::text {

// Parses `bytes` in their declared encoding into `document`. Character references stay undecoded, since
// HTML's names occur here too: take values through decode_references. Errors: kBadXml (`what` names the
// file).
[[nodiscard]] Result<void> parse_xml(std::string_view bytes, std::string_view what,
                                     pugi::xml_document& document);

// Name without prefix: packages write <opf:spine> as well as <spine>.
[[nodiscard]] std::string_view local_name(const pugi::xml_node& node);

// First child element of that local name; a null node if there is none.
[[nodiscard]] pugi::xml_node child_named(const pugi::xml_node& parent, std::string_view name);

// Attribute by local name, decoded and trimmed; "" if absent.
[[nodiscard]] std::string attribute_of(const pugi::xml_node& node, std::string_view name);

// All text below, decoded, blanks collapsed.
[[nodiscard]] std::string text_of(const pugi::xml_node& node);

}  // namespace koshelf::core::text
