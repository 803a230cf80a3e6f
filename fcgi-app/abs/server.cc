#include "abs/server.h"

#include <algorithm>
#include <cctype>

namespace koshelf::abs {
namespace {

bool is_unreserved(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' || c == '~';
}

bool starts_with_ignoring_case(std::string_view text, std::string_view lower) {
    return text.size() >= lower.size() &&
           std::equal(lower.begin(), lower.end(), text.begin(),
                      [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "host", "host:port", "[address]", "[address]:port".
bool is_authority(std::string_view text) {
    std::string_view after;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos || end == 1) return false;
        const std::string_view address = text.substr(1, end - 1);
        if (address.find(':') == std::string_view::npos) return false;
        after = text.substr(end + 1);
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        if (colon == 0) return false;
        after = text.substr(colon);
    }
    return after.empty() || (after.starts_with(':') && is_port(after.substr(1)));
}

tl::unexpected<std::string_view> refuse(std::string_view why) {
    return tl::unexpected<std::string_view>(why);
}

}  // namespace

tl::expected<std::string, std::string_view> normalise_base_url(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
    std::string url;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (starts_with_ignoring_case(text, scheme)) url = scheme;
    }
    if (url.empty()) return refuse("it has to begin with http:// or https://");
    text.remove_prefix(url.size());
    while (text.ends_with('/')) text.remove_suffix(1);

    const bool bad = std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte == 0x7F || c == '\\' || c == '"' || c == '<' || c == '>';
    });
    if (bad) return refuse("it holds a character that no URL has");
    if (text.find_first_of("?#") != std::string_view::npos) {
        return refuse("it must not have a query or a fragment");
    }
    const std::string_view authority = text.substr(0, text.find('/'));
    if (authority.find('@') != std::string_view::npos) return refuse("it must not hold a user name");
    if (!is_authority(authority)) return refuse("its host or port is malformed");
    return url.append(text);
}

std::string encode_segment(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    const bool dots = text.find_first_not_of('.') == std::string_view::npos;
    std::string encoded;
    for (const char c : text) {
        if (is_unreserved(c) && !dots) {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += kHex[byte >> 4U];
        encoded += kHex[byte & 0xFU];
    }
    return encoded;
}

std::string url_of(const Server& server, std::initializer_list<std::string_view> segments) {
    std::string url = server.base_url;
    for (const std::string_view segment : segments) {
        url += '/';
        url += encode_segment(segment);
    }
    return url;
}

}  // namespace koshelf::abs
