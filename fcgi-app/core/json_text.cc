#include "core/json_text.h"

#include <cmath>

#include "core/number.h"
#include "core/utf8.h"

namespace koshelf::core {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Needs no escape and is one byte long.
bool is_plain(char c) {
    return static_cast<unsigned char>(c) - 0x20U < 0x5FU && c != '"' && c != '\\';
}

void append_escaped(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default:
            out += "\\u00";
            out += kHex[static_cast<unsigned char>(c) >> 4U];
            out += kHex[static_cast<unsigned char>(c) & 0xFU];
    }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() && is_plain(text[plain])) ++plain;
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        const unsigned length = utf8_length(text);
        if (length == 0) {
            out += kReplacement;
        } else if (length == 1) {
            append_escaped(out, text.front());
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    out += '"';
}

void JsonObject::add_name(std::string_view name) {
    text_ += text_.empty() ? '{' : ',';
    append_json_string(text_, name);
    text_ += ':';
}

JsonObject& JsonObject::add(std::string_view name, std::string_view value) {
    add_name(name);
    append_json_string(text_, value);
    return *this;
}

JsonObject& JsonObject::add(std::string_view name, std::int64_t value) {
    add_name(name);
    text_ += std::to_string(value);
    return *this;
}

JsonObject& JsonObject::add(std::string_view name, bool value) {
    add_name(name);
    text_ += value ? "true" : "false";
    return *this;
}

JsonObject& JsonObject::add(std::string_view name, double value) {
    add_name(name);
    text_ += std::isfinite(value) ? format_number(value) : "null";
    return *this;
}

JsonObject& JsonObject::add_json(std::string_view name, std::string_view raw) {
    add_name(name);
    text_ += raw;
    return *this;
}

std::string JsonObject::finish() {
    if (text_.empty()) text_ = "{";
    text_ += '}';
    return std::move(text_);
}

JsonArray& JsonArray::add(std::string_view text) {
    text_ += text_.empty() ? '[' : ',';
    append_json_string(text_, text);
    return *this;
}

JsonArray& JsonArray::add_json(std::string_view raw) {
    text_ += text_.empty() ? '[' : ',';
    text_ += raw;
    return *this;
}

std::string JsonArray::finish() {
    if (text_.empty()) text_ = "[";
    text_ += ']';
    return std::move(text_);
}

}  // namespace koshelf::core
