// XPointer: KOReader's name for a place in a reflowable book, both ways.
//
// KOReader jumps to the string it is given without a check, and one it cannot resolve opens page 1: so only
// pointers that were computed from the same document, and read back to where they were meant, are ever
// written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/error.h"
#include "core/text/text_map.h"

namespace koshelf::core::text {

// The parts of `/body/DocFragment[N]/body/<path>[/text()[k]][.off]`. Indices count from 1; 1 where none is
// written.
struct XPointer {
    struct Step {
        std::string name;  // as written: element names are case-sensitive
        std::uint32_t index = 1;

        friend bool operator==(const Step&, const Step&) = default;
    };

    std::uint32_t fragment = 1;
    bool has_body = false;                // false: the fragment as a whole
    std::vector<Step> path;               // below the body
    std::optional<std::uint32_t> text;    // k of text()[k]
    std::optional<std::uint32_t> offset;  // code points into that text node, or 0 behind an element

    friend bool operator==(const XPointer&, const XPointer&) = default;
};

// Reads every form that KOReader writes, with or without indices. Error: kBadSyntax (a page number, a CFI,
// "p[0]", blanks, a trailing slash, …). Names are not looked up here.
[[nodiscard]] Result<XPointer> parse_xpointer(std::string_view text);

// With every index written out, as the engine always accepts it.
[[nodiscard]] std::string to_string(const XPointer& pointer);

// How much of a pointer could be resolved.
enum class Resolution {
    kExact,     // the text node and the character in it
    kElement,   // an element: its top
    kAncestor,  // the pointer is not in this book; the nearest ancestor of it that is
    kFragment,  // the beginning of the DocFragment: all that the pointer names, or all of it that exists
};

struct ResolvedXPointer {
    TextOffset offset;
    Resolution resolution = Resolution::kFragment;
};

// Where the pointer lies in this book. Errors: kBadSyntax, kNotFound (no such DocFragment).
[[nodiscard]] Result<ResolvedXPointer> resolve_xpointer(const TextMap& map, std::string_view text);
[[nodiscard]] Result<ResolvedXPointer> resolve_xpointer(const TextMap& map, const XPointer& pointer);

struct WrittenXPointer {
    std::string text;
    TextOffset offset;  // where it leads: `at` itself, or the nearest place before it that may be named
};

// A pointer of the safe class to `at` (clamped to the text): the character where that is certain, else the
// last character or block before it that is, else the DocFragment. It resolves in this map to `offset`, which
// never decreases as `at` grows. Nothing only for a book without fragments.
[[nodiscard]] std::optional<WrittenXPointer> write_xpointer(const TextMap& map, TextOffset at);

}  // namespace koshelf::core::text
