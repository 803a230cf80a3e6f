#include "core/text/stored_text.h"

#include <algorithm>
#include <array>

#include "core/text/ascii.h"
#include "core/text/entities.h"

namespace koshelf::core::text {
namespace {

constexpr std::size_t kLongestEntity = 32;
constexpr TextLength kTabColumns = 8;

// Numeric references 128..159 mean Windows-1252 to the engine (and to HTML); 0 where there is nothing.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

char32_t from_windows_1252(char32_t code) {
    if (code < 128 || code > 159) return code;
    const char16_t mapped = kWindows1252[code - 128];
    return mapped == 0 ? code : mapped;
}

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::size_t sequence_size(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) ++size;
    return size;
}

struct Reference {
    std::size_t consumed = 0;  // source bytes, the "&" included
    char32_t first = 0;        // 0: nothing comes out
    char32_t second = 0;
    bool literal = false;  // unknown name: the "&" itself comes out
    bool plain = true;
};

// `text` starts with "&#".
Reference read_numeric(std::string_view text) {
    std::size_t i = 2;
    const bool hex = i < text.size() && text[i] == 'x';
    if (hex) ++i;
    std::uint32_t code = 0;
    const std::size_t digits = i;
    for (; i < text.size(); ++i) {
        const int digit = hex ? hex_value(text[i]) : (is_digit(text[i]) ? text[i] - '0' : -1);
        if (digit < 0) break;
        // Saturates: such a number is no character anyway.
        code =
            std::min<std::uint32_t>(code * (hex ? 16U : 10U) + static_cast<std::uint32_t>(digit), 0x110000U);
    }
    if (i < text.size() && text[i] == ';') {
        const bool legal = i > digits && code < 0x110000U && code != 0 && (code < 128 || code > 159);
        return {i + 1, from_windows_1252(code), 0, false, legal};
    }
    // Not closed: everything up to and with the character that broke it is lost.
    const std::size_t breaker = i < text.size() ? sequence_size(text.substr(i)) : 0;
    return {i + breaker, 0, 0, false, false};
}

// `text` starts with "&" and a letter.
Reference read_named(std::string_view text) {
    const std::string_view window = text.substr(1, kLongestEntity);
    const std::size_t end = window.find_first_of("; ");
    if (end == std::string_view::npos) return {1, 0, 0, true, false};
    const EntityValue value = find_entity(window.substr(0, end));
    if (value.first == 0) return {1, 0, 0, true, false};
    return {end + 2, value.first, value.second, false, window[end] == ';'};
}

// `text` starts with "&".
Reference read_reference(std::string_view text) {
    if (text.size() > 1 && text[1] == '#') return read_numeric(text);
    if (text.size() > 1 && is_letter(text[1])) return read_named(text);
    const std::size_t lost = text.size() > 1 && text[1] != '&' ? 1 + sequence_size(text.substr(1)) : 1;
    return {lost, 0, 0, false, false};
}

class Storer {
  public:
    Storer(BlankHandling blanks, bool cdata) : pre_(blanks == BlankHandling::kPreformatted), cdata_(cdata) {}

    StoredText store(std::string_view source) {
        out_.utf8.reserve(source.size());
        while (!source.empty()) source.remove_prefix(step(source));
        return std::move(out_);
    }

  private:
    std::size_t step(std::string_view source) {
        const char c = source.front();
        if (c == '&' && !cdata_) return reference(source);
        if (is_blank(c)) return pre_ ? preformatted_blank(source) : collapsed_blank(source);
        const std::size_t size = sequence_size(source);
        out_.utf8.append(source.substr(0, size));
        count(size == 4 ? 2 : 1);
        return size;
    }

    std::size_t reference(std::string_view source) {
        const Reference reference = read_reference(source);
        out_.plain = out_.plain && reference.plain;
        if (reference.literal) {
            out_.utf8 += '&';
            count(1);
            return 1;
        }
        for (const char32_t code : {reference.first, reference.second}) {
            if (code == 0) continue;
            append_utf8(out_.utf8, code);
            count(code > 0xFFFF ? 2 : 1);
        }
        return reference.consumed;
    }

    std::size_t collapsed_blank(std::string_view source) {
        std::size_t size = 0;
        std::int32_t units = 0;
        for (; size < source.size() && is_blank(source[size]); ++size) {
            const bool half_of_crlf =
                source[size] == '\r' && size + 1 < source.size() && source[size + 1] == '\n';
            units += half_of_crlf ? 0 : 1;
        }
        out_.utf8 += ' ';
        count(units);
        return size;
    }

    std::size_t preformatted_blank(std::string_view source) {
        const char c = source.front();
        if (c == '\r' && source.size() > 1 && source[1] == '\n') return 1;
        const bool tab = c == '\t';
        const TextLength columns = tab ? kTabColumns - column_ % kTabColumns : 1;
        out_.utf8.append(columns, tab ? ' ' : (c == '\r' ? '\n' : c));
        // A line break counts as the first column of its line (measured).
        if (c == '\n' || c == '\r') column_ = 0;
        for (TextLength i = 1; i < columns; ++i) count(0);
        count(1);
        return 1;
    }

    // One code point of stored text that has `units` UTF-16 units in the browser's text.
    void count(std::int32_t units) {
        ++out_.length;
        ++column_;
        if (units != 1) out_.gaps.push_back({out_.length, units - 1});
    }

    bool pre_;
    bool cdata_;
    StoredText out_;
    TextLength column_ = 0;
};

}  // namespace

void append_utf8(std::string& out, char32_t code) {
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
    const auto add = [&out](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80) {
        add(code);
    } else if (code < 0x800) {
        add(0xC0 | (code >> 6));
        add(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        add(0xE0 | (code >> 12));
        add(0x80 | ((code >> 6) & 0x3F));
        add(0x80 | (code & 0x3F));
    } else {
        add(0xF0 | (code >> 18));
        add(0x80 | ((code >> 12) & 0x3F));
        add(0x80 | ((code >> 6) & 0x3F));
        add(0x80 | (code & 0x3F));
    }
}

StoredText store_text(std::string_view source, BlankHandling blanks, bool cdata) {
    return Storer(blanks, cdata).store(source);
}

std::string decode_references(std::string_view source) {
    std::string out;
    while (!source.empty()) {
        if (source.front() != '&') {
            const std::size_t plain = std::min(source.find('&'), source.size());
            out.append(source.substr(0, plain));
            source.remove_prefix(plain);
            continue;
        }
        const Reference reference = read_reference(source);
        if (reference.literal) out += '&';
        if (reference.first != 0) append_utf8(out, reference.first);
        if (reference.second != 0) append_utf8(out, reference.second);
        source.remove_prefix(reference.literal ? 1 : reference.consumed);
    }
    return std::string(trim_blanks(out));
}

}  // namespace koshelf::core::text
