#include "web/response.h"

#include <utility>

#include "core/json_text.h"

namespace koshelf::web {
namespace {

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 402: return "Payment Required";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 429: return "Too Many Requests";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        default: return "Unknown";
    }
}

}  // namespace

Response json_response(int status, std::string body) {
    return {.status = status, .body = std::move(body), .allow = {}};
}

Response error_response(core::ProtocolError error) {
    const core::ErrorDescription description = core::describe(error);
    return json_response(
        description.http_status,
        core::JsonObject().add("code", description.code).add("message", description.message).finish());
}

Response http_error(int status, std::string_view message) {
    return json_response(status, core::JsonObject().add("code", status).add("message", message).finish());
}

std::string to_cgi(const Response& response, bool head) {
    std::string text = "Status: " + std::to_string(response.status) + ' ';
    text += reason_phrase(response.status);
    text += "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(response.body.size()) +
            "\r\nCache-Control: no-store\r\n";
    if (!response.allow.empty()) text += "Allow: " + response.allow + "\r\n";
    if (response.retry_after_s > 0) text += "Retry-After: " + std::to_string(response.retry_after_s) + "\r\n";
    text += "\r\n";
    if (!head) text += response.body;
    return text;
}

}  // namespace koshelf::web
