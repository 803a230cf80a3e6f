// From the bytes of an EPUB to a TextMap and its text.
#pragma once

#include <string_view>

#include "core/text/book_text.h"
#include "core/text/byte_source.h"
#include "core/text/limits.h"
#include "core/text/text_map.h"

namespace koshelf::core::text {

struct Book {
    TextMap map;
    BookText text;
};

// Reads the whole book. `file_name` (its base name, may be empty) only feeds BookIdentity::filename_md5.
// Errors: kNotAnArchive, kNotAnEpub, kDrm, kLimitExceeded, kUnsafePath, kUnreadable, kBadXml. A single
// content document that is missing or broken is no error: its SpineItem says so, as KOReader shows a
// placeholder.
[[nodiscard]] Result<Book> read_book(ByteSource& source, std::string_view file_name,
                                     const EpubLimits& limits = {});

}  // namespace koshelf::core::text
