#include "core/utf8.h"

namespace koshelf::core {
namespace {

// The legal range of the second byte depends on the first: that is what excludes overlong forms (E0, F0),
// surrogates (ED) and everything above U+10FFFF (F4).
bool second_byte_fits(unsigned char first, unsigned char second) {
    switch (first) {
        case 0xE0: return second >= 0xA0 && second <= 0xBF;
        case 0xED: return second >= 0x80 && second <= 0x9F;
        case 0xF0: return second >= 0x90 && second <= 0xBF;
        case 0xF4: return second >= 0x80 && second <= 0x8F;
        default: return second >= 0x80 && second <= 0xBF;
    }
}

unsigned announced_length(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return 2;
    if (first >= 0xE0 && first <= 0xEF) return 3;
    if (first >= 0xF0 && first <= 0xF4) return 4;
    return 0;
}

}  // namespace

unsigned utf8_length(std::string_view bytes) {
    if (bytes.empty()) return 0;
    const auto byte = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned length = announced_length(byte(0));
    if (length == 0 || bytes.size() < length) return 0;
    if (length > 1 && !second_byte_fits(byte(0), byte(1))) return 0;
    for (unsigned i = 2; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
    }
    return length;
}

char32_t decode_utf8(std::string_view bytes, unsigned length) {
    const auto byte = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    if (length == 1) return byte(0);
    char32_t c = byte(0) & (0xFFU >> (length + 1));
    for (unsigned i = 1; i < length; ++i) c = (c << 6) | (byte(i) & 0x3FU);
    return c;
}

std::u32string code_points_of(std::string_view bytes) {
    std::u32string all;
    all.reserve(bytes.size());
    while (!bytes.empty()) {
        const unsigned length = utf8_length(bytes);
        all.push_back(length == 0 ? U'\uFFFD' : decode_utf8(bytes, length));
        bytes.remove_prefix(length == 0 ? 1 : length);
    }
    return all;
}

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const unsigned length = utf8_length(bytes);
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

}  // namespace koshelf::core
