#include "platform/base64.h"

#include <array>
#include <cstdint>

namespace koshelf::platform {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::uint32_t group =
            byte_at(bytes, i) << 16U | byte_at(bytes, i + 1) << 8U | byte_at(bytes, i + 2);
        text += kDigits[group >> 18U & 63U];
        text += kDigits[group >> 12U & 63U];
        text += i + 1 < bytes.size() ? kDigits[group >> 6U & 63U] : '=';
        text += i + 2 < bytes.size() ? kDigits[group & 63U] : '=';
    }
    return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    const std::string_view digits = text.substr(0, std::min(text.find('='), text.size()));
    if (text.size() - digits.size() > 2) return std::nullopt;
    std::uint32_t group = 0;
    unsigned bits = 0;
    for (const char c : digits) {
        const std::size_t value = kDigits.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        group = group << 6U | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(group >> bits & 0xFFU);
    }
    // One text for each sequence of bytes: what follows the padding, and bits that carry nothing, are errors.
    if (base64_encode(bytes) != text) return std::nullopt;
    return bytes;
}

}  // namespace koshelf::platform
