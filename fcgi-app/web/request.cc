#include "web/request.h"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace koshelf::web {
namespace {

// Nothing if there is none; 0 if it is no number; one that is too large for the type is as good as the
// largest.
std::optional<std::size_t> parse_length(std::string_view text) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (text.empty()) return std::nullopt;
    if (end != text.data() + text.size()) return 0;
    return error == std::errc() ? length : std::numeric_limits<std::size_t>::max();
}

}  // namespace

Method parse_method(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, Method>, 5> kMethods = {{{"GET", Method::kGet},
                                                                              {"HEAD", Method::kHead},
                                                                              {"POST", Method::kPost},
                                                                              {"PUT", Method::kPut},
                                                                              {"DELETE", Method::kDelete}}};
    for (const auto& [known, method] : kMethods) {
        if (known == name) return method;
    }
    return Method::kOther;
}

void RequestBuilder::credential(std::optional<std::string>& header, std::string_view value) {
    if (header) request_.repeated_credentials = true;
    header = value;
}

void RequestBuilder::variable(std::string_view pair) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return;
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value = pair.substr(equals + 1);
    if (name == "HTTP_X_AUTH_USER") {
        credential(request_.auth_user, value);
    } else if (name == "HTTP_X_AUTH_KEY") {
        credential(request_.auth_key, value);
    } else if (name == "HTTP_ACCEPT") {
        if (!request_.accept.empty()) request_.accept += ',';
        request_.accept += value;
    } else if (name == "REQUEST_METHOD") {
        request_.method = parse_method(value);
    } else if (name == "REQUEST_URI") {
        path_.request_uri = value;
    } else if (name == "QUERY_STRING") {
        request_.query = value;
    } else if (name == "SCRIPT_NAME") {
        path_.script_name = value;
    } else if (name == "PATH_INFO") {
        path_.path_info = value;
    } else if (name == "REMOTE_ADDR") {
        request_.remote_address = value;
    } else if (name == "REQUEST_SCHEME") {
        request_.arrival.scheme = value;
    } else if (name == "KOSHELF_PEER") {
        request_.arrival.peer = value;
    } else if (name == "KOSHELF_TRUSTED") {
        request_.arrival.trusted = value == "1";
    } else if (name == "KOSHELF_FORWARDED" || name == "HTTP_X_FORWARDED_FOR" || name == "HTTP_FORWARDED" ||
               name == "HTTP_X_REAL_IP") {
        request_.arrival.forwarded = request_.arrival.forwarded || !value.empty();
    } else if (name == "CONTENT_LENGTH") {
        request_.announced = parse_length(value);
    } else if (name == "REQUEST_ID" || name == "UNIQUE_ID") {
        request_.id = value;
    }
}

Request RequestBuilder::finish() {
    path_.base_path = base_path_;
    request_.path = core::route_path(path_);
    return std::move(request_);
}

}  // namespace koshelf::web
