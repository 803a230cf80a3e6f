#include "core/url.h"

#include <algorithm>

namespace koshelf::core {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// A decoded path as a raw one: only "%" would be read differently.
std::string encode_percents(std::string_view path) {
    std::string encoded;
    for (const char c : path) {
        encoded += c;
        if (c == '%') encoded += "25";
    }
    return encoded;
}

// Strips `prefix` if `path` is exactly it, or goes on below it. A bare "/" is no prefix.
bool strip_prefix(std::string_view& path, std::string_view prefix) {
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    if (prefix.empty() || !path.starts_with(prefix)) return false;
    if (path.size() > prefix.size() && path[prefix.size()] != '/') return false;
    path.remove_prefix(prefix.size());
    return true;
}

}  // namespace

std::string percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high >= 0 && low >= 0) {
                decoded += static_cast<char>(high * 16 + low);
                i += 2;
                continue;
            }
        }
        decoded += text[i];
    }
    return decoded;
}

std::vector<std::string> path_segments(std::string_view raw_path) {
    std::vector<std::string> segments;
    while (!raw_path.empty()) {
        const std::size_t slash = std::min(raw_path.find('/'), raw_path.size());
        if (slash > 0) segments.push_back(percent_decode(raw_path.substr(0, slash)));
        raw_path.remove_prefix(std::min(slash + 1, raw_path.size()));
    }
    return segments;
}

std::optional<std::string> query_parameter(std::string_view raw_query, std::string_view name) {
    while (!raw_query.empty()) {
        const std::size_t end = std::min(raw_query.find('&'), raw_query.size());
        const std::string_view pair = raw_query.substr(0, end);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (percent_decode(pair.substr(0, equals)) == name) {
            return percent_decode(pair.substr(std::min(equals + 1, pair.size())));
        }
        raw_query.remove_prefix(std::min(end + 1, raw_query.size()));
    }
    return std::nullopt;
}

std::string route_path(const CgiPath& path) {
    std::string_view raw = path.request_uri.substr(0, path.request_uri.find('?'));
    if (raw.empty()) return encode_percents(path.path_info);
    if (strip_prefix(raw, path.base_path)) return std::string(raw);
    if (!path.path_info.empty()) {
        // The program sits below some path, perhaps behind a rewrite: keep the raw bytes of what decodes to
        // PATH_INFO, so that an encoded slash in a document id survives.
        for (std::size_t slash = raw.find('/'); slash != std::string_view::npos;
             slash = raw.find('/', slash + 1)) {
            if (percent_decode(raw.substr(slash)) == path.path_info) return std::string(raw.substr(slash));
        }
        return encode_percents(path.path_info);
    }
    // Stock nginx parameters put the whole path into SCRIPT_NAME: then it is not a prefix of anything.
    if (path.script_name != raw) strip_prefix(raw, path.script_name);
    return std::string(raw);
}

}  // namespace koshelf::core
