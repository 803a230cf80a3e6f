#include "core/audio/spoken_length.h"

#include <array>
#include <cstddef>
#include <string_view>

#include "core/utf8.h"

namespace koshelf::core::audio {
namespace {

constexpr double kLetter = 1;
constexpr double kDigit = 6;
constexpr double kClausePause = 3.5;
constexpr double kSentencePause = 4.5;

constexpr std::array<double, 128> ascii_table() {
    std::array<double, 128> table{};
    for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = kLetter;
    for (std::size_t c = 'A'; c <= 'Z'; ++c) table[c] = kLetter;
    for (std::size_t c = '0'; c <= '9'; ++c) table[c] = kDigit;
    for (const char c : std::string_view(",;:")) table[static_cast<unsigned char>(c)] = kClausePause;
    for (const char c : std::string_view(".!?")) table[static_cast<unsigned char>(c)] = kSentencePause;
    for (const char c : std::string_view("&%+=@$")) table[static_cast<unsigned char>(c)] = kDigit;
    return table;
}

double beyond_ascii(char32_t c) {
    if (c < 0xC0) return c == U'£' || c == U'§' ? kDigit : 0;
    if (c < 0x0300) return kLetter;
    if (c < 0x0370) return 0;                                                    // combining marks
    if (c < 0x2000) return c >= 0x0590 && c < 0x0700 ? 1.4 * kLetter : kLetter;  // scripts without vowels
    if (c == U'—' || c == U'–') return kClausePause;
    if (c == U'…' || c == U'。' || c == U'？' || c == U'！') return kSentencePause;
    if (c == U'、' || c == U'，' || c == U'；' || c == U'：') return kClausePause;
    if (c < 0x3040) return 0;
    if (c < 0x3100) return 1.8;
    if (c >= 0xAC00 && c < 0xD7A4) return 2.5;
    if (c >= 0xFF10 && c <= 0xFF19) return kDigit;
    if (c >= 0xE000 && c < 0xF900) return 0;  // private use
    if (c >= 0xFE00 && c < 0x10000) return 0;
    if (c >= 0x1F000 && c < 0x20000) return 0;  // emoji
    return 3;
}

}  // namespace

double spoken_length(std::string_view utf8) {
    static constexpr std::array<double, 128> kAscii = ascii_table();
    double total = 0;
    bool hyphen = false;
    while (!utf8.empty()) {
        const auto first = static_cast<unsigned char>(utf8.front());
        if (first < 0x80) {
            total += kAscii[first];
            // Typewritten books have "--" for a dash; a single hyphen is not heard.
            if (first == '-' && hyphen) total += kClausePause;
            hyphen = first == '-' && !hyphen;
            utf8.remove_prefix(1);
            continue;
        }
        hyphen = false;
        const unsigned length = utf8_length(utf8);
        if (length != 0) total += beyond_ascii(decode_utf8(utf8, length));
        utf8.remove_prefix(length == 0 ? 1 : length);
    }
    return total;
}

}  // namespace koshelf::core::audio
