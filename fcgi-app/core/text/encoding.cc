#include "core/text/encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/text/ascii.h"
#include "core/text/stored_text.h"
#include "core/utf8.h"

namespace koshelf::core::text {
namespace {

using CodePage = std::array<char16_t, 128>;

#include "core/text/code_pages.inc"

struct NamedPage {
    std::string_view label;
    const CodePage* page;
};

// ISO-8859-1 and US-ASCII mean Windows-1252, as the Encoding Standard has it.
constexpr std::array kPages = {NamedPage{"iso-8859-1", &k_cp1252},    NamedPage{"iso8859-1", &k_cp1252},
                               NamedPage{"latin1", &k_cp1252},        NamedPage{"latin-1", &k_cp1252},
                               NamedPage{"us-ascii", &k_cp1252},      NamedPage{"ascii", &k_cp1252},
                               NamedPage{"windows-1252", &k_cp1252},  NamedPage{"cp1252", &k_cp1252},
                               NamedPage{"windows-1250", &k_cp1250},  NamedPage{"cp1250", &k_cp1250},
                               NamedPage{"windows-1251", &k_cp1251},  NamedPage{"cp1251", &k_cp1251},
                               NamedPage{"windows-1253", &k_cp1253},  NamedPage{"windows-1254", &k_cp1254},
                               NamedPage{"windows-1257", &k_cp1257},  NamedPage{"iso-8859-2", &k_iso8859_2},
                               NamedPage{"latin2", &k_iso8859_2},     NamedPage{"iso-8859-5", &k_iso8859_5},
                               NamedPage{"iso-8859-7", &k_iso8859_7}, NamedPage{"iso-8859-9", &k_iso8859_9},
                               NamedPage{"latin5", &k_iso8859_9},     NamedPage{"iso-8859-15", &k_iso8859_15},
                               NamedPage{"koi8-r", &k_koi8_r},        NamedPage{"macintosh", &k_mac_roman}};

const CodePage* find_page(std::string_view label) {
    for (const NamedPage& named : kPages) {
        if (equals_ignoring_case(named.label, label)) return named.page;
    }
    return nullptr;
}

void append_character(DecodedText& out, char32_t code) {
    if (code == 0) {
        out.exact = false;
        code = 0xFFFD;
    }
    append_utf8(out.utf8, code);
}

DecodedText decode_utf8(std::string_view bytes) {
    DecodedText out;
    out.utf8.reserve(bytes.size());
    while (!bytes.empty()) {
        const unsigned size = utf8_length(bytes);
        if (size == 0 || bytes.front() == '\0') {
            out.utf8 += "\uFFFD";
            out.exact = false;
            bytes.remove_prefix(1);
        } else {
            out.utf8.append(bytes.substr(0, size));
            bytes.remove_prefix(size);
        }
    }
    return out;
}

DecodedText decode_utf16(std::string_view bytes, bool big_endian) {
    DecodedText out;
    out.exact = bytes.size() % 2 == 0;
    const auto unit = [bytes, big_endian](std::size_t i) {
        const auto first = static_cast<unsigned char>(bytes[i]);
        const auto second = static_cast<unsigned char>(bytes[i + 1]);
        return static_cast<char32_t>(big_endian ? first << 8 | second : second << 8 | first);
    };
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        char32_t code = unit(i);
        const bool high = code >= 0xD800 && code < 0xDC00;
        if (high && i + 3 < bytes.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
            i += 2;
        } else if (code >= 0xD800 && code < 0xE000) {
            out.exact = false;
        }
        append_character(out, code);
    }
    return out;
}

DecodedText decode_page(std::string_view bytes, const CodePage& page) {
    DecodedText out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        append_character(out, byte < 0x80 ? byte : page[byte - 0x80U]);
    }
    return out;
}

// The value behind `key`, which may be quoted: encoding="…", charset=….
std::string_view value_after(std::string_view text, std::string_view key) {
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + key.size());
    text = trim_blanks(text);
    if (!text.starts_with('=')) return {};
    text = trim_blanks(text.substr(1));
    const std::string_view stops =
        text.starts_with('"') ? "\"" : (text.starts_with('\'') ? "'" : " \t\r\n\"';/>?");
    if (stops.size() == 1) text.remove_prefix(1);
    return trim_blanks(text.substr(0, text.find_first_of(stops)));
}

std::string_view declared_encoding(std::string_view lower) {
    if (lower.starts_with("<?xml")) {
        const std::string_view declaration = lower.substr(0, lower.find('>'));
        if (const std::string_view label = value_after(declaration, "encoding"); !label.empty()) return label;
    }
    for (std::size_t meta = lower.find("<meta"); meta != std::string_view::npos;
         meta = lower.find("<meta", meta + 5)) {
        const std::string_view tag = lower.substr(meta, lower.find('>', meta) - meta);
        if (const std::string_view label = value_after(tag, "charset"); !label.empty()) return label;
    }
    return {};
}

}  // namespace

std::optional<DecodedText> decode_document(std::string_view bytes) {
    using std::literals::operator""sv;
    if (bytes.starts_with("\xEF\xBB\xBF")) return decode_utf8(bytes.substr(3));
    if (bytes.starts_with("\xFF\xFE")) return decode_utf16(bytes.substr(2), false);
    if (bytes.starts_with("\xFE\xFF")) return decode_utf16(bytes.substr(2), true);
    if (bytes.starts_with("<\0?\0"sv)) return decode_utf16(bytes, false);
    if (bytes.starts_with("\0<\0?"sv)) return decode_utf16(bytes, true);
    const std::string head = lower_ascii(bytes.substr(0, 2048));
    const std::string_view label = declared_encoding(trim_blanks(head));
    if (label == "utf-8" || label == "utf8") return decode_utf8(bytes);
    // A file that could be read as far as its declaration is no UTF-16, whatever the declaration says.
    if (label.empty() || label.starts_with("utf-16")) {
        return is_utf8(bytes) ? decode_utf8(bytes) : decode_page(bytes, k_cp1252);
    }
    const CodePage* page = find_page(label);
    if (page == nullptr) return std::nullopt;
    return decode_page(bytes, *page);
}

}  // namespace koshelf::core::text
