#include "core/bridge/book_name.h"

#include <algorithm>
#include <array>
#include <span>

#include "core/ascii.h"
#include "core/audio/numerals.h"
#include "core/audio/words.h"

namespace koshelf::core::bridge {
namespace {

using audio::Word;

constexpr std::array<std::string_view, 33> kArticles = {
    "the", "a",  "an",  "der", "die", "das", "des", "dem", "den", "ein", "eine",
    "le",  "la", "les", "l",   "un",  "une", "el",  "los", "las", "uno", "una",
    "il",  "lo", "gli", "i",   "o",   "os",  "as",  "de",  "het", "een", "en"};
constexpr std::array<std::string_view, 17> kUnits = {"book", "vol",  "volume", "part",  "band",  "teil",
                                                     "bd",   "tome", "tomo",   "libro", "livre", "deel",
                                                     "boek", "bk",   "no",     "nr",    "том"};
constexpr std::array<std::string_view, 12> kExtensions = {"epub", "kepub", "pdf", "mobi", "azw", "azw3",
                                                          "fb2",  "zip",   "cbz", "djvu", "txt", "docx"};
constexpr std::array<std::string_view, 3> kDashes = {" - ", " \u2013 ", " \u2014 "};
constexpr std::array<std::string_view, 11> kNoAuthors = {
    "unknown", "various", "anonymous", "jr", "sr", "dr", "prof", "and", "und", "with", "phd"};
constexpr std::size_t kMostBytes = 1000;  // of a name; more is none

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
    return std::ranges::find(list, word) != list.end();
}

// Without combining diacritical marks (U+0300..U+036F): the folding of words knows composed letters only.
std::string composed(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < std::min(text.size(), kMostBytes); ++i) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        const bool mark = (lead == 0xCC && next >= 0x80) || (lead == 0xCD && next >= 0x80 && next < 0xB0);
        if (mark) {
            ++i;
        } else {
            out.push_back(text[i]);
        }
    }
    return out;
}

// Where a subtitle, a series or a remark begins; the size if there is none.
std::size_t end_of_main(std::string_view title) {
    std::size_t end = std::min(title.find_first_of(":;([{/"), title.size());
    for (const std::string_view dash : kDashes) end = std::min(end, title.find(dash));
    return std::min(end, title.size());
}

// Takes "Vol. 2" and the like out of the words; of a remark, also its last number.
std::optional<int> take_volume(std::vector<Word>& words, bool is_remark) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (!is_one_of(words[i].text, kUnits)) continue;
        const auto numeral = audio::leading_numeral(std::span(words).subspan(i + 1));
        if (!numeral || numeral->value <= 0) continue;
        const auto at = words.begin() + static_cast<std::ptrdiff_t>(i);
        words.erase(at, at + static_cast<std::ptrdiff_t>(numeral->words + 1));
        return numeral->value;
    }
    if (words.empty()) return std::nullopt;
    // "Dune 2", "(The Expanse, #3)", but not "1984" or "Catch-22".
    const bool number = words.back().digits && words.back().text.size() <= (is_remark ? 3U : 2U);
    if (!number || (!is_remark && words.size() < 2)) return std::nullopt;
    const int value = std::stoi(words.back().text);
    if (value == 0 || (!is_remark && value > 20)) return std::nullopt;
    words.pop_back();
    return value;
}

NameWords without_articles(const std::vector<Word>& words) {
    NameWords kept;
    for (const Word& word : words) {
        if (!is_one_of(word.text, kArticles)) kept.push_back(word.text);
    }
    // A title of articles only ("It" is none, "A" is one) is its words.
    if (kept.empty()) {
        for (const Word& word : words) kept.push_back(word.text);
    }
    return kept;
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

bool one_edit_apart(std::string_view a, std::string_view b) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > 1) return false;
    const std::size_t same = common_prefix(a, b);
    const std::size_t skipped = a.size() == b.size() ? same + 1 : same;
    return a.substr(std::min(skipped, a.size())) == b.substr(std::min(same + 1, b.size()));
}

struct Matched {
    double weight = 0;  // of the words that were found, by likeness
    double a = 0;       // of all words
    double b = 0;
};

double weight_of(std::string_view word) {
    return static_cast<double>(std::min<std::size_t>(word.size(), 8));
}

Matched match_words(const NameWords& a, const NameWords& b) {
    Matched matched;
    std::vector<bool> used(b.size(), false);
    for (const std::string& word : b) matched.b += weight_of(word);
    for (const std::string& word : a) {
        matched.a += weight_of(word);
        double best = 0;
        std::size_t which = b.size();
        for (std::size_t i = 0; i < b.size(); ++i) {
            const double likeness = used[i] ? 0 : word_likeness(word, b[i]);
            if (likeness > best) {
                best = likeness;
                which = i;
            }
        }
        if (which == b.size()) continue;
        used[which] = true;
        matched.weight += best * std::min(weight_of(word), weight_of(b[which]));
    }
    return matched;
}

std::string without_extensions(std::string_view name) {
    while (true) {
        const std::size_t dot = name.rfind('.');
        if (dot == std::string_view::npos || dot == 0) break;
        std::string extension(name.substr(dot + 1));
        std::ranges::transform(extension, extension.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        if (!is_one_of(extension, kExtensions)) break;
        name = name.substr(0, dot);
    }
    std::string text(name);
    std::ranges::replace(text, '_', ' ');
    if (text.find(' ') == std::string::npos) std::ranges::replace(text, '.', ' ');
    return text;
}

std::vector<std::string> split_at_dashes(std::string_view text) {
    std::vector<std::string> parts;
    while (true) {
        std::size_t end = std::string_view::npos;
        std::size_t width = 0;
        for (const std::string_view dash : kDashes) {
            const std::size_t at = text.find(dash);
            if (at < end) {
                end = at;
                width = dash.size();
            }
        }
        if (const auto part = trimmed(text.substr(0, end)); !part.empty()) parts.emplace_back(part);
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + width);
    }
}

}  // namespace

NameWords BookTitle::all() const {
    NameWords words = main;
    words.insert(words.end(), rest.begin(), rest.end());
    return words;
}

BookTitle read_title(std::string_view title) {
    const std::string text = composed(trimmed(title));
    const std::size_t end = end_of_main(text);
    std::vector<Word> main = audio::words_of(std::string_view(text).substr(0, end));
    std::vector<Word> rest = audio::words_of(std::string_view(text).substr(end));
    BookTitle read;
    read.volume = take_volume(main, false);
    const auto volume = take_volume(rest, true);
    if (!read.volume) read.volume = volume;
    read.main = without_articles(main);
    read.rest = without_articles(rest);
    if (read.main.empty()) std::swap(read.main, read.rest);
    return read;
}

NameWords read_authors(std::string_view authors) {
    NameWords names;
    for (const Word& word : audio::words_of(composed(authors))) {
        const bool initial = word.text.size() == 1;
        if (!initial && !word.digits && !is_one_of(word.text, kNoAuthors) && !is_one_of(word.text, kArticles))
            names.push_back(word.text);
    }
    return names;
}

std::vector<FileNameReading> read_file_name(std::string_view path) {
    const std::string name =
        without_extensions(path.substr(path.find_last_of('/') + 1).substr(0, kMostBytes));
    const std::vector<std::string> parts = split_at_dashes(name);
    std::vector<FileNameReading> readings{{name, ""}};
    if (parts.size() >= 2) {
        std::string behind = parts[1];
        for (std::size_t i = 2; i < parts.size(); ++i) behind += ": " + parts[i];
        readings.push_back({behind, parts.front()});
        std::string before = parts.front();
        for (std::size_t i = 1; i + 1 < parts.size(); ++i) before += ": " + parts[i];
        readings.push_back({before, parts.back()});
    }
    if (parts.size() == 3) readings.push_back({parts[2] + " (" + parts[1] + ")", parts[0]});
    if (const std::size_t by = name.rfind(" by "); by != std::string::npos)
        readings.push_back({name.substr(0, by), name.substr(by + 4)});
    return readings;
}

double word_likeness(std::string_view a, std::string_view b) {
    if (a == b) return 1;
    constexpr std::size_t kLong = 5;
    constexpr double kAlike = 0.8;
    if (std::min(a.size(), b.size()) < kLong) return 0;
    if (one_edit_apart(a, b)) return kAlike;
    const std::size_t longer = std::max(a.size(), b.size());
    const std::size_t same = common_prefix(a, b);
    return same >= kLong && longer - same <= 4 && longer - std::min(a.size(), b.size()) <= 2 ? kAlike : 0;
}

double overlap(const NameWords& a, const NameWords& b) {
    const Matched matched = match_words(a, b);
    return matched.a + matched.b > 0 ? 2 * matched.weight / (matched.a + matched.b) : 0;
}

double containment(const NameWords& a, const NameWords& b) {
    const Matched matched = match_words(a, b);
    const double smaller = std::min(matched.a, matched.b);
    return smaller > 0 ? std::min(1.0, matched.weight / smaller) : 0;
}

}  // namespace koshelf::core::bridge
