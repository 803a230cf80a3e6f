// The engine's own answers (tests/data): one line a text node in *.texts.tsv, one line a page in *.pages.tsv.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace koshelf::core::text::test {

struct GoldenText {
    std::string pointer;  // of the node's beginning, with the indices that the engine writes
    std::size_t length = 0;
    std::string text;  // "\n" and "\t" unescaped, without the mark of invisible nodes
    bool visible = true;
};

struct GoldenPage {
    std::size_t page = 0;
    std::size_t pages = 0;
    double percentage = 0;
    std::string pointer;
    std::string text;  // its beginning; "|" between blocks
};

[[nodiscard]] std::string read_file(const std::filesystem::path& path);
[[nodiscard]] std::vector<GoldenText> read_golden_texts(const std::filesystem::path& path);
[[nodiscard]] std::vector<GoldenPage> read_golden_pages(const std::filesystem::path& path);

struct GoldenBook {
    std::string name;
    std::filesystem::path epub;
    std::filesystem::path texts;
    std::filesystem::path pages;
    bool complete = false;  // texts has every node, not a sample
};

[[nodiscard]] std::vector<GoldenBook> golden_books();

}  // namespace koshelf::core::text::test
