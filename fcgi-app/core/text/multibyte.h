// Encodings that need more than a table of 128 characters, by the system's iconv.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace koshelf::core::text {

struct ConvertedText {
    std::string utf8;
    bool exact = true;  // false: bytes that are not legal in the encoding became U+FFFD
};

// `charset` is a name of iconv's ("CP932", "GB18030", …), never one from a book. Nothing if this system does
// not have it (minimal installations lack some).
[[nodiscard]] std::optional<ConvertedText> convert(std::string_view bytes, const char* charset);

}  // namespace koshelf::core::text
