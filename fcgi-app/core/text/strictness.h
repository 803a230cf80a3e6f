// The witness: does an independent XML parser (pugixml) see the same document as the engine's reader?
#pragma once

#include <string_view>

#include "core/text/tree.h"

namespace koshelf::core::text {

// True if `source` is well-formed XML with one body, and its body has the same elements and runs of text in
// the same order as `tree`. Only then do KOReader's engine and every XML reader agree on what a pointer
// means.
[[nodiscard]] bool is_strict_xml(std::string_view source, const Tree& tree, const NameTable& names);

}  // namespace koshelf::core::text
