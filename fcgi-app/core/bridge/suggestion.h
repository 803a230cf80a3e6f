// Suggestions: how likely a document of a device and an item of the library are the same book, judged by what
// they are called.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koshelf::core::bridge {

// What a device says about a document; any part may be empty.
struct DocumentName {
    std::string title;
    std::string authors;   // in any form: "A, B", "Last, First; Last, First", one a line
    std::string filename;  // "Author - Title.epub" and the like; only counts where there is no title
};

// What the library says about an item.
struct ItemName {
    std::string title;
    std::string authors;
};

struct Likeness {
    double score = 0;                  // 0..1
    std::vector<std::string> reasons;  // phrases for people, the weightiest first
};

// Case, diacritics, punctuation, articles and subtitles do not count; numbers do: the second volume of a
// series is another book.
[[nodiscard]] Likeness compare(const DocumentName& document, const ItemName& item);

struct Suggestion {
    std::size_t item = 0;  // index into the items
    Likeness likeness;
};

// Items worth showing, best first.
[[nodiscard]] std::vector<Suggestion> suggest(const DocumentName& document, std::span<const ItemName> items,
                                              std::size_t limit);

// From this score on a person would bet on it.
inline constexpr double kSure = 0.8;

struct Rated {
    double score = 0;
    bool audio = false;  // the item can be listened to
};

// Which of them it certainly is, so that nobody has to look: it is sure, and nothing else comes near it.
// Where both an e-book and an audiobook do, it is the audiobook.
[[nodiscard]] std::optional<std::size_t> certain(std::span<const Rated> best_first);

}  // namespace koshelf::core::bridge
