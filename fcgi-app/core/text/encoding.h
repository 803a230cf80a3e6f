// From the bytes of a content document to UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace koshelf::core::text {

struct DecodedText {
    std::string utf8;   // without byte order mark; always well-formed, without NUL
    bool exact = true;  // false: KOReader's engine may count other characters here than `utf8` has
};

// The encoding is that of the byte order mark, else UTF-16 as the first bytes show, else what the XML
// declaration or a <meta> says, else UTF-8 if the bytes are that, else Windows-1252.
//
// Encodings that the engine knows are read as it reads them: UTF-8, UTF-16, ISO-8859-1, -2, -5, -16,
// Windows-1250 to 1254 and 1257, code pages 737, 775, 850, 852 and 866, KOI8-R, GBK, Shift_JIS, EUC-JP, Big5,
// EUC-KR. Under any other name it reads UTF-8. A file that is UTF-8 behind such a name is therefore exact;
// one that is not shows nonsense there, so that here, where the text serves to measure it, its real encoding
// is used if it is known (more of ISO-8859, Macintosh, GB18030, …).
[[nodiscard]] DecodedText decode_document(std::string_view bytes);

}  // namespace koshelf::core::text
