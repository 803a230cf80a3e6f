// What can go wrong with a book, as a value.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace koshelf::core::text {

enum class TextErrorCode {
    kNotAnArchive,        // no zip directory, or a damaged one
    kNotAnEpub,           // a zip without container.xml, package document or spine
    kDrm,                 // content documents are encrypted (META-INF/encryption.xml, rights.xml)
    kLimitExceeded,       // one of EpubLimits
    kUnsafePath,          // an entry name or href that leaves the archive
    kUnreadable,          // the source failed, or a needed entry cannot be decompressed
    kBadXml,              // container.xml, package document: not well-formed
    kDamagedMap,          // serialised TextMap: truncated, altered, or inconsistent
    kDamagedAlignment,    // serialised Alignment: truncated, altered, or inconsistent
    kDamagedText,         // serialised passages of a text: truncated, altered, or inconsistent
    kUnsupportedVersion,  // any of them, of another version: rebuild it from its sources
    kBadSyntax,           // a string that is no XPointer or no CFI
    kNotFound,            // well-formed, but its spine item is not in this book
};

// `detail` says which entry, limit or position; for logs and the console, never parsed.
struct TextError {
    TextErrorCode code;
    std::string detail;
};

template <typename T>
using Result = tl::expected<T, TextError>;

// Stable, greppable name: "not-an-archive", "drm", ….
[[nodiscard]] std::string_view to_string(TextErrorCode code);

[[nodiscard]] inline tl::unexpected<TextError> fail(TextErrorCode code, std::string detail) {
    return tl::make_unexpected(TextError{code, std::move(detail)});
}

}  // namespace koshelf::core::text
