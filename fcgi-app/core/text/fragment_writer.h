// Moves a content document's tree into the Structure and its visible text into the BookText.
#pragma once

#include "core/text/book_text.h"
#include "core/text/fragment.h"
#include "core/text/structure.h"

namespace koshelf::core::text {

// Appends the nodes of `document` (one Fragment for each of its bodies) and the item's length. The item
// itself is structure.items.back(); `text` receives what a reader sees.
void write_fragment(const ContentDocument& document, Structure& structure, BookText& text);

}  // namespace koshelf::core::text
