// What KOReader's engine knows of an element by its name, before any style sheet.
#pragma once

#include <string_view>

namespace koshelf::core::text {

enum class Display {
    kInline,
    kBlock,
    kInlineBlock,  // a block inside, an inline outside
    kNone,
};

struct ElementDefaults {
    Display display = Display::kInline;
    bool keeps_text = true;  // false: text directly in it is dropped (table, tr, svg, …)
    bool preformatted = false;
    bool is_image = false;  // nothing inside it is shown
};

// Names are lower case; unknown elements are ordinary inline ones.
[[nodiscard]] ElementDefaults element_defaults(std::string_view name);

// Elements inside which no pointer into the text is written: the engine changes or re-wraps their content.
[[nodiscard]] bool is_opaque(std::string_view name);

// Text of an svg is kept in these only.
[[nodiscard]] bool keeps_text_in_svg(std::string_view name);

}  // namespace koshelf::core::text
