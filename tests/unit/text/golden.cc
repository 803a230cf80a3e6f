#include "golden.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace koshelf::core::text::test {
namespace {

std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields;
    std::size_t begin = 0;
    while (true) {
        const std::size_t tab = line.find('\t', begin);
        fields.push_back(line.substr(begin, tab - begin));
        if (tab == std::string::npos) return fields;
        begin = tab + 1;
    }
}

std::string value_of(const std::string& field) {
    return field.substr(field.find('=') + 1);
}

std::string unescaped(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape =
            text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == 'n' || text[i + 1] == 't');
        out += escape ? (text[++i] == 'n' ? '\n' : '\t') : text[i];
    }
    return out;
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

std::vector<GoldenText> read_golden_texts(const std::filesystem::path& path) {
    static const std::string kInvisible = "[invisible] ";
    std::vector<GoldenText> out;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        const std::vector<std::string> fields = fields_of(line);
        GoldenText text{fields[1], std::stoul(value_of(fields[2])), fields[3], true};
        if (text.text.starts_with(kInvisible)) {
            text.text.erase(0, kInvisible.size());
            text.visible = false;
        }
        text.text = unescaped(text.text);
        out.push_back(std::move(text));
    }
    return out;
}

std::vector<GoldenPage> read_golden_pages(const std::filesystem::path& path) {
    std::vector<GoldenPage> out;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        const std::vector<std::string> fields = fields_of(line);
        GoldenPage page;
        const std::string numbers = value_of(fields[1]);
        page.page = std::stoul(numbers);
        page.pages = std::stoul(numbers.substr(numbers.find('/') + 1));
        page.percentage = std::stod(value_of(fields[2]));
        page.pointer = value_of(fields[3]);
        page.text = value_of(fields[4]);
        out.push_back(std::move(page));
    }
    return out;
}

std::vector<GoldenBook> golden_books() {
    const std::filesystem::path data = KOSHELF_TEST_DATA;
    std::vector<GoldenBook> books;
    for (const auto& entry : std::filesystem::directory_iterator(data / "xpointer")) {
        if (entry.path().extension() != ".epub") continue;
        const std::filesystem::path stem = entry.path().parent_path() / entry.path().stem();
        books.push_back({entry.path().stem().string(), entry.path(), stem.string() + ".texts.tsv",
                         stem.string() + ".pages.tsv", true});
    }
    for (const auto& entry : std::filesystem::directory_iterator(data / "aligned")) {
        if (!std::filesystem::exists(entry.path() / "pages.tsv")) continue;
        books.push_back({entry.path().filename().string(), entry.path() / "book.epub",
                         entry.path() / "texts.tsv", entry.path() / "pages.tsv", false});
    }
    std::sort(books.begin(), books.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return books;
}

}  // namespace koshelf::core::text::test
