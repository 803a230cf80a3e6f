// BookName: a title and its authors, taken apart so that spellings of the same book compare equal.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koshelf::core::bridge {

// Folded words: lower case, without diacritics and articles.
using NameWords = std::vector<std::string>;

struct BookTitle {
    NameWords main;  // up to a colon, dash or bracket; with the rest if there is nothing before that
    NameWords rest;  // subtitle, series
    std::optional<int> volume;  // "Vol. 2", "Book Two", "#2", "Band II"; not among the words

    [[nodiscard]] NameWords all() const;
};

[[nodiscard]] BookTitle read_title(std::string_view title);

// Surnames and first names of all authors, without initials, as one bag: the order in which they stand tells
// nothing ("Wells, H. G.").
[[nodiscard]] NameWords read_authors(std::string_view authors);

// What a file name may mean.
struct FileNameReading {
    std::string title;
    std::string authors;
};
// "Author - Title.epub", "Title - Author.epub", "Author - Series 02 - Title.kepub.epub", "Title by
// Author.epub", "The_Title_(2004)_[retail].epub": all readings that the separators allow, at least one.
[[nodiscard]] std::vector<FileNameReading> read_file_name(std::string_view path);

// 1 for equal words, 0.8 for ones that differ by a letter or an ending (transcriptions), else 0.
[[nodiscard]] double word_likeness(std::string_view a, std::string_view b);

// Share of the words of either side that the other one has too, 0..1 (1: all); words weigh by their length.
[[nodiscard]] double overlap(const NameWords& a, const NameWords& b);

// The same, of the side that has fewer.
[[nodiscard]] double containment(const NameWords& a, const NameWords& b);

}  // namespace koshelf::core::bridge
