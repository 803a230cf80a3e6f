#include "core/text/encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/text/ascii.h"
#include "core/text/multibyte.h"
#include "core/text/stored_text.h"
#include "core/utf8.h"

namespace koshelf::core::text {
namespace {

using CodePage = std::array<char16_t, 128>;

#include "core/text/code_pages.inc"

// Who reads a name as this encoding: KOReader's engine too, or only its author.
// (East Asian names it knows in lower case only: "Shift_JIS" it forgets once it comes to the XML
// declaration.)
enum class KnownTo { kEngine, kEngineInLowerCase, kAuthor };

struct NamedPage {
    std::string_view label;
    const CodePage* page;
    KnownTo known = KnownTo::kEngine;
};

// `charset` has the characters that the engine knows under this name, one code point each; `wider` (or null)
// those that such files hold in practice.
struct NamedCharset {
    std::string_view label;
    const char* charset;
    const char* wider = nullptr;
    KnownTo known = KnownTo::kEngineInLowerCase;
};

#include "core/text/charset_names.inc"

template <typename Table>
auto find_label(const Table& table, std::string_view label) -> decltype(table.data()) {
    for (const auto& named : table) {
        if (named.label == label) return &named;
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
            // To the engine these are two characters.
            out.exact = false;
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

struct Declaration {
    std::string label;  // lower case; "" if there is none
    std::string as_written;
    bool in_xml = false;  // by <?xml …?>, not by a <meta>
};

Declaration declared_encoding(std::string_view head) {
    const std::string lower = lower_ascii(head);
    const auto found = [&](std::string_view value, bool in_xml) {
        const auto at = static_cast<std::size_t>(value.data() - lower.data());
        return Declaration{std::string(value), std::string(head.substr(at, value.size())), in_xml};
    };
    const std::string_view text = lower;
    if (text.starts_with("<?xml")) {
        const std::string_view value = value_after(text.substr(0, text.find('>')), "encoding");
        if (!value.empty()) return found(value, true);
    }
    for (std::size_t meta = text.find("<meta"); meta != std::string_view::npos;
         meta = text.find("<meta", meta + 5)) {
        const std::string_view value = value_after(text.substr(meta, text.find('>', meta) - meta), "charset");
        if (!value.empty()) return found(value, false);
    }
    return {};
}

DecodedText doubted(DecodedText text) {
    text.exact = false;
    return text;
}

DecodedText decode_wide(std::string_view bytes, bool big_endian) {
    DecodedText text = decode_utf16(bytes, big_endian);
    const Declaration declared = declared_encoding(trim_blanks(std::string_view(text.utf8).substr(0, 2048)));
    // The engine believes the declaration more than the bytes, and takes "utf-16" for little-endian.
    const bool agrees = declared.label.empty() || !declared.in_xml ||
                        declared.as_written == (big_endian ? "utf-16be" : "utf-16le") ||
                        (!big_endian && declared.as_written == "utf-16");
    return agrees ? text : doubted(std::move(text));
}

// U+0080..U+009F, which no text has: what iconv makes of bytes that a narrow encoding leaves unused.
bool has_controls(std::string_view utf8) {
    for (std::size_t at = utf8.find('\xC2'); at != std::string_view::npos; at = utf8.find('\xC2', at + 1)) {
        if (at + 1 < utf8.size() && static_cast<unsigned char>(utf8[at + 1]) < 0xA0) return true;
    }
    return false;
}

std::optional<DecodedText> decode_charset(std::string_view bytes, const NamedCharset& named,
                                          const Declaration& declared) {
    const bool capitals = declared.in_xml && declared.as_written != declared.label;
    const bool forgotten =
        named.known == KnownTo::kAuthor || (named.known == KnownTo::kEngineInLowerCase && capitals);
    auto text = convert(bytes, named.charset);
    if (text && named.wider != nullptr && (!text->exact || has_controls(text->utf8))) {
        if (auto wider = convert(bytes, named.wider)) text = ConvertedText{std::move(wider->utf8), false};
    }
    if (!text) return std::nullopt;
    // NUL is legal in no document: decode_utf8 replaces it.
    DecodedText out{{}, text->exact && !forgotten};
    if (text->utf8.find('\0') == std::string::npos) {
        out.utf8 = std::move(text->utf8);
        return out;
    }
    return doubted(decode_utf8(text->utf8));
}

DecodedText decode_labelled(std::string_view bytes, const Declaration& declared) {
    const NamedPage* page = find_label(kPages, declared.label);
    const NamedCharset* charset = find_label(kCharsets, declared.label);
    if (page != nullptr && page->known == KnownTo::kEngine) return decode_page(bytes, *page->page);
    if (charset != nullptr && charset->known != KnownTo::kAuthor) {
        if (auto text = decode_charset(bytes, *charset, declared)) return *std::move(text);
    }
    if (is_utf8(bytes)) return decode_utf8(bytes);
    if (page != nullptr) return doubted(decode_page(bytes, *page->page));
    if (charset != nullptr) {
        if (auto text = decode_charset(bytes, *charset, declared)) return *std::move(text);
    }
    return decode_utf8(bytes);
}

}  // namespace

DecodedText decode_document(std::string_view bytes) {
    using std::literals::operator""sv;
    if (bytes.starts_with("\xEF\xBB\xBF")) return decode_utf8(bytes.substr(3));
    if (bytes.starts_with("\xFF\xFE")) return decode_wide(bytes.substr(2), false);
    if (bytes.starts_with("\xFE\xFF")) return decode_wide(bytes.substr(2), true);
    if (bytes.starts_with("<\0?\0"sv)) return decode_wide(bytes, false);
    if (bytes.starts_with("\0<\0?"sv)) return decode_wide(bytes, true);
    const Declaration declared = declared_encoding(trim_blanks(bytes.substr(0, 2048)));
    if (declared.label == "utf-8" || declared.label == "utf8") return decode_utf8(bytes);
    // A file that could be read as far as its declaration is no UTF-16, whatever the declaration says.
    if (declared.label.empty() || declared.label.starts_with("utf-16")) {
        // What the engine guesses for such a file is its secret.
        return is_utf8(bytes) ? decode_utf8(bytes) : doubted(decode_page(bytes, k_cp1252));
    }
    return decode_labelled(bytes, declared);
}

}  // namespace koshelf::core::text
