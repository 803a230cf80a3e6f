// How KOReader's engine turns the source of a text node into the text that it stores.
//
// Character references are decoded, every run of blanks becomes one space (leading and trailing ones too), a
// raw "&" vanishes with the character behind it unless a letter or "#" follows, unknown names stay as they
// are. In preformatted text blanks stay, and tabs expand to columns of eight.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/structure.h"
#include "core/text/text_offset.h"

namespace koshelf::core::text {

enum class BlankHandling {
    kCollapse,
    kPreformatted,
};

struct StoredText {
    std::string utf8;
    TextLength length = 0;  // code points of utf8
    std::vector<Gap> gaps;  // against the text of a browser's DOM, in UTF-16 units
    bool plain = true;      // false: held something that strict XML does not allow or reads differently
};

// `cdata`: no references are decoded.
[[nodiscard]] StoredText store_text(std::string_view source, BlankHandling blanks, bool cdata);

// An attribute's value or a title: references decoded, blanks left alone, ends trimmed.
[[nodiscard]] std::string decode_references(std::string_view source);

// Appends a code point; what is no Unicode scalar value becomes U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace koshelf::core::text
