#include "core/text/elements.h"

#include <algorithm>
#include <array>

namespace koshelf::core::text {
namespace {

using namespace std::string_view_literals;

// Sorted, for binary search.
constexpr std::array kBlocks = {
    "address"sv,   "article"sv,  "aside"sv,    "blockquote"sv, "body"sv,       "button"sv,   "canvas"sv,
    "caption"sv,   "center"sv,   "datalist"sv, "dd"sv,         "details"sv,    "dialog"sv,   "dir"sv,
    "div"sv,       "dl"sv,       "dt"sv,       "fieldset"sv,   "figcaption"sv, "figure"sv,   "footer"sv,
    "form"sv,      "frame"sv,    "frameset"sv, "h1"sv,         "h2"sv,         "h3"sv,       "h4"sv,
    "h5"sv,        "h6"sv,       "header"sv,   "hgroup"sv,     "hr"sv,         "iframe"sv,   "legend"sv,
    "li"sv,        "listing"sv,  "main"sv,     "marquee"sv,    "menu"sv,       "multicol"sv, "nav"sv,
    "noembed"sv,   "noframes"sv, "noscript"sv, "ol"sv,         "optgroup"sv,   "output"sv,   "p"sv,
    "plaintext"sv, "pre"sv,      "search"sv,   "section"sv,    "select"sv,     "subtitle"sv, "summary"sv,
    "td"sv,        "template"sv, "textarea"sv, "th"sv,         "title"sv,      "ul"sv,       "video"sv,
    "xmp"sv};

// Blocks that keep no text of their own.
constexpr std::array kTextless = {
    "annotation"sv, "applet"sv, "area"sv,     "audio"sv,     "author"sv,     "base"sv,     "basefont"sv,
    "bgsound"sv,    "col"sv,    "colgroup"sv, "coverpage"sv, "empty-line"sv, "epigraph"sv, "head"sv,
    "html"sv,       "input"sv,  "keygen"sv,   "link"sv,      "map"sv,        "meta"sv,     "param"sv,
    "part"sv,       "poem"sv,   "source"sv,   "stanza"sv,    "table"sv,      "tbody"sv,    "tfoot"sv,
    "thead"sv,      "tr"sv,     "track"sv};

constexpr std::array kInvisible = {"base"sv,        "basefont"sv, "bgsound"sv, "binary"sv,
                                   "description"sv, "genre"sv,    "link"sv,    "meta"sv,
                                   "rp"sv,          "script"sv,   "style"sv,   "stylesheet"sv};

constexpr std::array kPreformatted = {"listing"sv, "plaintext"sv, "pre"sv, "style"sv, "textarea"sv, "xmp"sv};

constexpr std::array kImages = {"embed"sv, "image"sv, "img"sv, "object"sv, "svg"sv};

constexpr std::array kOpaque = {"math"sv,   "object"sv, "pre"sv, "ruby"sv,
                                "script"sv, "style"sv,  "svg"sv, "textarea"sv};

constexpr std::array kSvgText = {"desc"sv,     "metadata"sv, "style"sv, "text"sv,
                                 "textPath"sv, "title"sv,    "tspan"sv};

template <std::size_t N>
constexpr bool holds(const std::array<std::string_view, N>& sorted, std::string_view name) {
    return std::binary_search(sorted.begin(), sorted.end(), name);
}

static_assert(std::is_sorted(kBlocks.begin(), kBlocks.end()));
static_assert(std::is_sorted(kTextless.begin(), kTextless.end()));
static_assert(std::is_sorted(kInvisible.begin(), kInvisible.end()));
static_assert(std::is_sorted(kPreformatted.begin(), kPreformatted.end()));
static_assert(std::is_sorted(kOpaque.begin(), kOpaque.end()));

}  // namespace

ElementDefaults element_defaults(std::string_view name) {
    ElementDefaults defaults;
    const bool textless = holds(kTextless, name);
    defaults.is_image = holds(kImages, name);
    defaults.keeps_text = !textless && !defaults.is_image;
    defaults.preformatted = holds(kPreformatted, name);
    if (textless || holds(kBlocks, name)) defaults.display = Display::kBlock;
    if (holds(kInvisible, name)) defaults.display = Display::kNone;
    return defaults;
}

bool is_opaque(std::string_view name) {
    return name.starts_with('?') || holds(kOpaque, name);
}

bool keeps_text_in_svg(std::string_view name) {
    return holds(kSvgText, name);
}

}  // namespace koshelf::core::text
