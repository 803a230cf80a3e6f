// How likely a narrator reads a part of the book aloud: 0 never, 1 as far as one can tell.
#pragma once

#include <string_view>

#include "core/text/fragment.h"

namespace koshelf::core::text {

// By what a title says ("Copyright", "Also by this author", "Chapter 3"): 1 for a title that says nothing.
[[nodiscard]] float weight_of_title(std::string_view title);

// By an epub:type, a landmark or a guide type ("cover", "toc", "copyright-page", "bodymatter").
[[nodiscard]] float weight_of_type(std::string_view type);

// By the id or file name that the producer gave a file ("copyright.xhtml", "OEBPS/toc.html").
[[nodiscard]] float weight_of_name(std::string_view path);

// By the document's own marks: epub:type of its body and outermost sections, and the share of its text that
// is links (a table of contents is nearly all links).
[[nodiscard]] float weight_of_document(const ContentDocument& document, const NameTable& names);

}  // namespace koshelf::core::text
