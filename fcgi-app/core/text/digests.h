// The identifiers of a book that are digests of something.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/byte_source.h"
#include "core/text/error.h"

namespace koshelf::core::text {

// 32 lower-case hex digits.
[[nodiscard]] std::string md5_hex(std::string_view bytes);

// KOReader's document id by content: MD5 over 1024-byte samples at offset 0 and at 1024 * 4^i for i = 0..10,
// up to the end of the file (at most 12 KiB are read).
[[nodiscard]] Result<std::string> partial_md5(ByteSource& source);

// KOReader's document id by name: MD5 of the file's base name, extension included. `path` may have
// directories.
[[nodiscard]] std::string filename_md5(std::string_view path);

// MD5 over the package's unique identifier (trimmed) and the spine's hrefs as the manifest writes them, one a
// line with "\n" between. It survives repacking and edits of the text, unlike the digest of the content.
[[nodiscard]] std::string structure_digest(std::string_view identifier,
                                           const std::vector<std::string>& hrefs);

}  // namespace koshelf::core::text
