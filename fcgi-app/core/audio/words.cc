#include "core/audio/words.h"

#include <array>
#include <cstddef>

#include "core/text/folding.h"
#include "core/text/stored_text.h"
#include "core/utf8.h"

namespace koshelf::core::audio {
namespace {

enum class Kind { kSeparator, kPunctuation, kHyphen, kApostrophe, kLetter, kDigit };

// First code point of each block of ten decimal digits, next to ASCII's own.
constexpr std::array<char32_t, 5> kDigitZeros = {U'\u0660', U'\u06F0', U'\u0966', U'\u0E50', U'\uFF10'};

void append_folded(std::string& out, char32_t c) {
    for (const char32_t each : text::fold_letter(c)) text::append_utf8(out, each);
}

bool is_digit(char32_t c, char& ascii) {
    if (c >= U'0' && c <= U'9') {
        ascii = static_cast<char>(c);
        return true;
    }
    for (const char32_t zero : kDigitZeros) {
        if (c >= zero && c < zero + 10) {
            ascii = static_cast<char>('0' + static_cast<int>(c - zero));
            return true;
        }
    }
    return false;
}

Kind kind_of(char32_t c) {
    char ascii = 0;
    if (is_digit(c, ascii)) return Kind::kDigit;
    if (c == U'\'' || c == U'\u2019' || c == U'\u02BC') return Kind::kApostrophe;
    if (c == U' ' || c == U'_' || c == U'\u00A0' || c == U'\u3000' || c < 0x20) return Kind::kSeparator;
    if (c == U'-' || c == U'\u2010' || c == U'\u2011') return Kind::kHyphen;
    if ((c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z')) return Kind::kLetter;
    if (c < 0xC0 || c == 0xD7 || c == 0xF7) return Kind::kPunctuation;
    if (c >= 0x2000 && c <= 0x2BFF) return Kind::kPunctuation;
    if ((c >= 0x3001 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020)) return Kind::kPunctuation;
    if ((c >= 0xFF00 && c <= 0xFF20) || c == 0x060C || c == 0x061B) return Kind::kPunctuation;
    return Kind::kLetter;
}

}  // namespace

std::vector<Word> words_of(std::string_view utf8) {
    std::vector<Word> words;
    bool open = false;  // the last word may still grow
    while (!utf8.empty()) {
        const unsigned length = utf8_length(utf8);
        const char32_t c = length == 0 ? U' ' : decode_utf8(utf8, length);
        utf8.remove_prefix(length == 0 ? 1 : length);
        const Kind kind = kind_of(c);
        if (kind == Kind::kApostrophe && open) continue;
        if (kind == Kind::kPunctuation && !words.empty()) words.back().closed = true;
        if (kind != Kind::kLetter && kind != Kind::kDigit) {
            open = false;
            continue;
        }
        const bool digits = kind == Kind::kDigit;
        if (!open || words.back().digits != digits) words.push_back({{}, digits, false});
        open = true;
        char ascii = 0;
        if (is_digit(c, ascii)) {
            words.back().text.push_back(ascii);
        } else {
            append_folded(words.back().text, c);
        }
    }
    return words;
}

}  // namespace koshelf::core::audio
