#include "web/request.h"

#include <array>
#include <utility>

namespace koshelf::web {

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
