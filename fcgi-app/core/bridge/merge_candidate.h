// Merge candidates: which two documents of an account are probably one book, so that somebody may want them
// to share a position.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koshelf::core::bridge {

// What is known of a document; any part may be empty.
struct BookFacts {
    std::vector<std::string> ids;  // of a book that is merged already all of them
    std::string title;
    std::string authors;
    std::string filename;  // its base name
    std::string
        filename_digest;  // its MD5 in hex, which is the id that a device matching by file name pushes
    std::string item;     // the library item that it is linked to
};

struct MergeReason {
    std::string_view reason;  // for machines: filename_digest, item, filename, title
    bool sure = false;        // a person would not have to look
    std::string words;
};

// Why the two may be one book; nothing if there is no reason to think so. Symmetric.
[[nodiscard]] std::optional<MergeReason> same_book(const BookFacts& a, const BookFacts& b);

}  // namespace koshelf::core::bridge
