#include "core/audio/numerals.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "core/audio/number_words.h"
#include "core/utf8.h"

namespace koshelf::core::audio {
namespace {

template <std::size_t N>
int look_up(const std::array<NumberWord, N>& table, std::string_view word) {
    const auto* found = std::find_if(table.begin(), table.end(),
                                     [word](const NumberWord& entry) { return entry.word == word; });
    return found == table.end() ? 0 : found->value;
}

// "zweites" -> "zweit", "zwanzigste" -> "zwanzig": German ordinal endings.
std::string_view without_german_ending(std::string_view word) {
    for (const std::string_view ending : {"stes", "ster", "sten", "ste"}) {
        if (word.ends_with(ending) && look_up(kTens, word.substr(0, word.size() - ending.size())) != 0) {
            return word.substr(0, word.size() - ending.size());
        }
    }
    for (const std::string_view ending : {"es", "er", "en", "em", "e"}) {
        if (word.ends_with(ending) && word.size() > ending.size() + 2) {
            return word.substr(0, word.size() - ending.size());
        }
    }
    return word;
}

int unit_value(std::string_view word) {
    const int value = look_up(kUnits, word);
    if (value != 0) return value;
    const std::string_view stem = without_german_ending(word);
    const int stemmed = look_up(kUnits, stem);
    if (stemmed != 0) return stemmed;
    // dreizehntes: the cardinal with a t
    return stem.ends_with("zehnt") ? look_up(kUnits, stem.substr(0, stem.size() - 1)) : 0;
}

int tens_value(std::string_view word) {
    const int value = look_up(kTens, word);
    return value != 0 ? value : look_up(kTens, without_german_ending(word));
}

// One word that holds tens and units: "twentyone", "einundzwanzig", "eenentwintig", "ventidue".
int joined_value(std::string_view word) {
    for (const auto& [tens, value] : kTens) {
        if (word.starts_with(tens)) {
            const int unit = look_up(kUnits, word.substr(tens.size()));
            if (unit > 0 && unit < 10) return value + unit;
        }
    }
    for (const std::string_view link : {"und", "en"}) {
        for (std::size_t at = word.find(link); at != std::string_view::npos; at = word.find(link, at + 1)) {
            const int unit = look_up(kUnits, word.substr(0, at));
            const int tens = tens_value(word.substr(at + link.size()));
            if (unit > 0 && unit < 10 && tens > 0) return tens + unit;
        }
    }
    return 0;
}

bool is_link(std::string_view word) {
    return word == "and" || word == "et" || word == "y" || word == "e";
}

std::optional<Numeral> word_numeral(std::span<const Word> words) {
    if (const int joined = joined_value(words[0].text); joined != 0)
        return Numeral{joined, 1, NumeralForm::kWord};
    const int tens = tens_value(words[0].text);
    if (tens == 0) {
        const int unit = unit_value(words[0].text);
        if (unit == 0) return std::nullopt;
        return Numeral{unit, 1, NumeralForm::kWord};
    }
    if (words[0].closed) return Numeral{tens, 1, NumeralForm::kWord};
    const std::size_t next = words.size() > 2 && is_link(words[1].text) ? 2 : 1;
    const int unit = words.size() > next ? unit_value(words[next].text) : 0;
    if (unit > 0 && unit < 20) return Numeral{tens + unit, next + 1, NumeralForm::kWord};
    return Numeral{tens, 1, NumeralForm::kWord};
}

std::string roman_of(int value) {
    constexpr auto kSteps = std::to_array<std::pair<int, std::string_view>>(
        {{100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}});
    std::string roman;
    for (const auto& [step, letters] : kSteps) {
        for (; value >= step; value -= step) roman += letters;
    }
    return roman;
}

// Up to 200 only: beyond lie words ("mix" is 1009, "cd" is 400) and no book has so many chapters in roman.
int roman_value(std::string_view word) {
    if (word.empty() || word.size() > 8) return 0;
    if (word.find_first_not_of("ivxlc") != std::string_view::npos) return 0;
    constexpr auto digit = [](char c) {
        return c == 'i' ? 1 : c == 'v' ? 5 : c == 'x' ? 10 : c == 'l' ? 50 : 100;
    };
    int value = 0;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const int own = digit(word[i]);
        value += i + 1 < word.size() && own < digit(word[i + 1]) ? -own : own;
    }
    return value > 0 && value <= 200 && roman_of(value) == word ? value : 0;
}

// 一 … 九千九百九十九, and digits in a row (二〇).
int chinese_value(std::string_view word) {
    constexpr std::u32string_view kDigits = U"〇一二三四五六七八九";
    int total = 0;
    int pending = 0;
    while (!word.empty()) {
        const unsigned length = utf8_length(word);
        if (length != 3) return 0;
        const char32_t c = decode_utf8(word, length);
        word.remove_prefix(length);
        const std::size_t digit = c == U'零' ? 0 : c == U'两' ? 2 : kDigits.find(c);
        const int scale = c == U'十' ? 10 : c == U'百' ? 100 : c == U'千' ? 1000 : 0;
        if (digit != std::u32string_view::npos) {
            pending = pending * 10 + static_cast<int>(digit);
        } else if (scale != 0) {
            total += (pending == 0 ? 1 : pending) * scale;
            pending = 0;
        } else {
            return 0;
        }
        if (total + pending > 9999) return 0;
    }
    return total + pending;
}

}  // namespace

std::optional<Numeral> leading_numeral(std::span<const Word> words) {
    if (words.empty()) return std::nullopt;
    const std::string_view first = words[0].text;
    if (words[0].digits) {
        const std::size_t significant = std::min(first.find_first_not_of('0'), first.size());
        if (first.size() - significant > 4) return std::nullopt;
        int value = 0;
        for (const char c : first.substr(significant)) value = value * 10 + (c - '0');
        return Numeral{value, 1, NumeralForm::kDigits};
    }
    if (const int roman = roman_value(first); roman != 0) return Numeral{roman, 1, NumeralForm::kRoman};
    if (const int chinese = chinese_value(first); chinese != 0)
        return Numeral{chinese, 1, NumeralForm::kWord};
    return word_numeral(words);
}

}  // namespace koshelf::core::audio
