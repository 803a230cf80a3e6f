#include "core/text/folding.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "core/utf8.h"

namespace koshelf::core::text {
namespace {

#include "core/text/folding.inc"

struct CodePointRange {
    char32_t first;
    char32_t last;
};

// Accents and vowel points: what is read is the letter below.
constexpr std::array kDiacritics = std::to_array<CodePointRange>({
    {0x0300, 0x036F},
    {0x0483, 0x0489},
    {0x0591, 0x05BD},
    {0x05BF, 0x05BF},
    {0x05C1, 0x05C2},
    {0x05C4, 0x05C5},
    {0x05C7, 0x05C7},
    {0x0610, 0x061A},
    {0x064B, 0x065F},
    {0x0670, 0x0670},
    {0x06D6, 0x06DC},
    {0x06DF, 0x06E4},
    {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF},
    {0x20D0, 0x20FF},
    {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F},
});

// These stand on the character before them as well, but are read (vowel signs of India, Thailand, Myanmar),
// or make another one of it (kana, emoji).
constexpr std::array kSpokenMarks = std::to_array<CodePointRange>({
    {0x0900, 0x0903},
    {0x093A, 0x093C},
    {0x093E, 0x094F},
    {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A},
    {0x0E47, 0x0E4E},
    {0x102B, 0x103E},
    {0x200C, 0x200D},
    {0x3099, 0x309A},
    {0x1F3FB, 0x1F3FF},
    {0xE0100, 0xE01EF},
});

constexpr std::array kInvisible = std::to_array<CodePointRange>({{0x00AD, 0x00AD},
                                                                 {0x0640, 0x0640},
                                                                 {0x200B, 0x200F},
                                                                 {0x202A, 0x202E},
                                                                 {0x2060, 0x2064},
                                                                 {0x2066, 0x2069},
                                                                 {0xFEFF, 0xFEFF}});

bool in_any(std::span<const CodePointRange> ranges, char32_t c) {
    return std::ranges::any_of(
        ranges, [c](const CodePointRange& range) { return c >= range.first && c <= range.last; });
}

Folded one(char32_t c) {
    return {{c, 0, 0}, 1};
}

Folded two(char32_t a, char32_t b) {
    return {{a, b, 0}, 2};
}

// 0 if the table does not have it.
template <typename Text>
char32_t base_in(Text table, char32_t first, char32_t c) {
    if (c < first || c - first >= table.size() || table[c - first] == '?') return 0;
    return static_cast<char32_t>(table[c - first]);
}

Folded fold_sign(char32_t c) {
    if (c >= 0x2018 && c <= 0x201B) return one('\'');
    if (c == 0x02BC || c == 0x2032 || c == 0x0060 || c == 0x00B4) return one('\'');
    if ((c >= 0x201C && c <= 0x201F) || c == 0x00AB || c == 0x00BB || c == 0x2033) return one('"');
    if (c == 0x2039 || c == 0x203A) return one('\'');
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212) return one('-');
    if (c == 0x2026) return {{'.', '.', '.'}, 3};
    if (c == 0xFB00) return two('f', 'f');
    if (c == 0xFB01) return two('f', 'i');
    if (c == 0xFB02) return two('f', 'l');
    if (c == 0xFB03) return {{'f', 'f', 'i'}, 3};
    if (c == 0xFB04) return {{'f', 'f', 'l'}, 3};
    if (c == 0xFB05 || c == 0xFB06) return two('s', 't');
    return one(c);
}

}  // namespace

Folded fold_letter(char32_t c) {
    if (c < 0x80) return one(c >= U'A' && c <= U'Z' ? c + 0x20 : c);
    switch (c) {
        case U'ß':
        case 0x1E9E: return two('s', 's');
        case U'æ':
        case U'Æ': return two('a', 'e');
        case U'œ':
        case U'Œ': return two('o', 'e');
        case U'þ':
        case U'Þ': return two('t', 'h');
        case 0x0401:
        case 0x0451: return one(0x0435);
        default: break;
    }
    if (const char32_t base = base_in(kLatinBase, 0xC0, c)) return one(base);
    if (const char32_t base = base_in(kLatinAdditionalBase, 0x1E00, c)) return one(base);
    if (const char32_t base = base_in(kGreekBase, 0x370, c)) return one(base);
    if (const char32_t base = base_in(kGreekExtendedBase, 0x1F00, c)) return one(base);
    if (c >= 0x0410 && c <= 0x042F) return one(c + 0x20);  // Cyrillic capitals
    if (c >= 0x0400 && c <= 0x040F) return one(c + 0x50);
    if (c >= 0x0531 && c <= 0x0556) return one(c + 0x30);  // Armenian ones
    return one(c);
}

Folded fold(char32_t c) {
    if (c < 0x80) return c == '`' ? one('\'') : fold_letter(c);
    if (c >= 0xFF01 && c <= 0xFF5E) return fold_letter(c - 0xFF01 + '!');
    if (in_any(kDiacritics, c) || in_any(kInvisible, c)) return {};
    // Alef, ya and ta marbuta are written with and without their signs.
    if (c == 0x0622 || c == 0x0623 || c == 0x0625 || c == 0x0671) return one(0x0627);
    if (c == 0x0649) return one(0x064A);
    if (c == 0x0629) return one(0x0647);
    const Folded sign = fold_sign(c);
    return sign.count == 1 ? fold_letter(sign.code_points[0]) : sign;
}

bool is_space(char32_t c) {
    if (c <= 0x20) return c == ' ' || (c >= '\t' && c <= '\r');
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::u32string folded(std::string_view text) {
    std::u32string result;
    for (const char32_t c : code_points_of(text)) {
        if (!is_space(c)) {
            for (const char32_t each : fold(c)) result.push_back(each);
        } else if (!result.empty() && result.back() != ' ') {
            result.push_back(' ');
        }
    }
    if (!result.empty() && result.back() == ' ') result.pop_back();
    return result;
}

bool is_mark(char32_t c) {
    return c >= 0x300 && (in_any(kDiacritics, c) || in_any(kSpokenMarks, c));
}

bool is_small_letter(char32_t c) {
    if (c < 0x80) return c >= 'a' && c <= 'z';
    if (c >= 0xDF && c <= 0xFF) return c != 0xF7;
    // Capitals and small letters alternate here, but for a few.
    if (c >= 0x100 && c <= 0x137) return c % 2 == 1;
    if (c >= 0x139 && c <= 0x148) return c % 2 == 0;
    if (c >= 0x14A && c <= 0x177) return c % 2 == 1;
    if (c >= 0x1E00 && c <= 0x1EFF) return c % 2 == 1;
    if (c >= 0x03AC && c <= 0x03CE) return true;
    if (c >= 0x0430 && c <= 0x045F) return true;
    return c >= 0x0561 && c <= 0x0587;
}

}  // namespace koshelf::core::text
