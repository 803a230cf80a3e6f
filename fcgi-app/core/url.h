// Request targets: from the raw bytes that a client sent to path segments and query parameters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koshelf::core {

// Decodes %XX; a "%" that is not followed by two hex digits stands for itself, and so does "+".
[[nodiscard]] std::string percent_decode(std::string_view text);

// The decoded segments of a raw path. Empty segments vanish, so a trailing or a doubled slash changes
// nothing, but an encoded slash (%2F) stays inside its segment. "." and ".." are ordinary segments.
[[nodiscard]] std::vector<std::string> path_segments(std::string_view raw_path);

// The decoded value of the first query parameter of that name; nothing if there is none.
// "ids" alone counts as present and empty.
[[nodiscard]] std::optional<std::string> query_parameter(std::string_view raw_query, std::string_view name);

// How a web server describes a request's path (CGI/1.1, RFC 3875, plus REQUEST_URI of every server in use).
struct CgiPath {
    std::string_view request_uri;  // as sent: raw, with the query; may be absent
    std::string_view script_name;  // decoded path of the program, or the base path that was configured
    std::string_view path_info;    // decoded rest of the path; absent behind nginx
    std::string_view base_path;    // our own setting: "" or "/kosync"
};

// The raw path that our routes are matched against: REQUEST_URI without its query and without the base
// path, the script's path, or whatever else stands before the part that decodes to PATH_INFO.
[[nodiscard]] std::string route_path(const CgiPath& path);

}  // namespace koshelf::core
