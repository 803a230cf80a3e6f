// From the bytes of a content document to UTF-8.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace koshelf::core::text {

struct DecodedText {
    std::string utf8;   // without byte order mark; always well-formed, without NUL
    bool exact = true;  // false: bytes that are not legal in the encoding became U+FFFD
};

// The encoding is that of the byte order mark, else UTF-16 as the first bytes show, else what the XML
// declaration or a <meta> says, else UTF-8 if the bytes are that, else Windows-1252. Known: UTF-8, UTF-16,
// US-ASCII, ISO-8859-1, -2, -5, -7, -9, -15, Windows-1250 to 1254 and 1257, KOI8-R, Macintosh. Nothing for
// any other.
[[nodiscard]] std::optional<DecodedText> decode_document(std::string_view bytes);

}  // namespace koshelf::core::text
