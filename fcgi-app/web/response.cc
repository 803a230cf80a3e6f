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
        case 409: return "Conflict";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 422: return "Unprocessable Content";
        case 429: return "Too Many Requests";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        default: return "Unknown";
    }
}

}  // namespace

Response json_response(int status, std::string body) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
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
    text += "\r\nContent-Type: " + response.content_type +
            "\r\nContent-Length: " + std::to_string(response.body.size()) + "\r\nCache-Control: ";
    text += response.cache_s == 0 ? "no-store" : "private, max-age=" + std::to_string(response.cache_s);
    text += "\r\n";
    // What came from another server must not be taken for a page.
    if (response.content_type != "application/json") text += "X-Content-Type-Options: nosniff\r\n";
    if (!response.allow.empty()) text += "Allow: " + response.allow + "\r\n";
    if (response.retry_after_s > 0) text += "Retry-After: " + std::to_string(response.retry_after_s) + "\r\n";
    text += "\r\n";
    if (!head) text += response.body;
    return text;
}

}  // namespace koshelf::web
