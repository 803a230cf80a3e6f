#include "web/router.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/accept.h"
#include "core/url.h"

namespace koshelf::web {
namespace {

std::string_view name_of(Method method) {
    switch (method) {
        case Method::kGet: return "GET, HEAD";
        case Method::kPost: return "POST";
        case Method::kPut: return "PUT";
        case Method::kDelete: return "DELETE";
        case Method::kHead:
        case Method::kOther: break;
    }
    return {};
}

bool serves(Method offered, Method asked) {
    return offered == asked || (offered == Method::kGet && asked == Method::kHead);
}

// What stands in the place of the placeholders ("" without them); nothing if the path is another one.
std::optional<std::array<std::string, 2>> match(std::string_view pattern,
                                                const std::vector<std::string>& segments) {
    std::array<std::string, 2> captured;
    std::size_t placeholders = 0;
    std::size_t i = 0;
    while (!pattern.empty()) {
        pattern.remove_prefix(1);
        const std::size_t end = std::min(pattern.find('/'), pattern.size());
        if (i == segments.size()) return std::nullopt;
        if (pattern.starts_with(':')) {
            captured.at(placeholders++) = segments[i];
        } else if (pattern.substr(0, end) != segments[i]) {
            return std::nullopt;
        }
        pattern.remove_prefix(end);
        ++i;
    }
    return i == segments.size() ? std::optional(std::move(captured)) : std::nullopt;
}

Response slow_down() {
    Response response = http_error(429, "Too many refused logins from this address. Try again in a minute.");
    response.retry_after_s = 60;
    return response;
}

}  // namespace

std::vector<core::metrics::RouteName> Router::names() const {
    std::vector<core::metrics::RouteName> names = {{.method = "any", .path = "unmatched"}};
    for (const Route& route : routes_) {
        // A HEAD counts as the GET that it is.
        const std::string_view method = name_of(route.method);
        names.push_back(
            {.method = std::string(method.substr(0, method.find(','))), .path = std::string(route.path)});
    }
    return names;
}

Response Router::answer(const Route& route, Services& services, const Call& call) {
    const Request& request = call.request;
    if (request.body_too_large()) return http_error(413, "The body is larger than 64 KiB.");
    if (request.body_cut_short()) return http_error(400, "The body is shorter than announced.");
    if (route.negotiation == Negotiation::kChecked) {
        if (const auto acceptable = core::negotiate(request.accept); !acceptable) {
            return error_response(acceptable.error());
        }
    }
    // A credential is not even looked at while its sender has been refused too often.
    if (request.auth_key && services.refusals.blocks(request.remote_address, request.now)) return slow_down();
    return route.handler(services, call);
}

Answered Router::answer(Services& services, const Request& request) const {
    const std::vector<std::string> segments = core::path_segments(request.path);
    std::string allow;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        const Route& route = routes_[i];
        auto captured = match(route.path, segments);
        if (!captured) continue;
        if (!serves(route.method, request.method)) {
            if (!allow.empty()) allow += ", ";
            allow += name_of(route.method);
            continue;
        }
        const Call call{
            .request = request, .named = std::move((*captured)[0]), .inner = std::move((*captured)[1])};
        return {.response = answer(route, services, call), .route = i + 1};
    }
    if (allow.empty()) return {.response = http_error(404, "Not found")};
    Answered refused{.response = http_error(405, "Method not allowed")};
    refused.response.allow = std::move(allow);
    return refused;
}

}  // namespace koshelf::web
