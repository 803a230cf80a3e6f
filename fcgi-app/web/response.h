// A response as a value, and the few shapes that responses have.
#pragma once

#include <string>
#include <string_view>

#include "core/protocol_error.h"

namespace koshelf::web {

struct Response {
    int status = 200;
    std::string body;       // JSON, unless content_type says otherwise
    std::string allow;      // for 405: the methods that would have been right
    int retry_after_s = 0;  // for 429 and 503, if not 0
    std::string content_type = "application/json";
    int cache_s = 0;  // how long the caller's own cache may keep it; 0: nobody stores anything
};

[[nodiscard]] Response json_response(int status, std::string body);

// One of the protocol's errors.
[[nodiscard]] Response error_response(core::ProtocolError error);

// An error that the protocol has no code for: its code is the HTTP status.
[[nodiscard]] Response http_error(int status, std::string_view message);

// The response as a CGI program or FastCGI responder writes it. A HEAD request gets no body.
[[nodiscard]] std::string to_cgi(const Response& response, bool head);

}  // namespace koshelf::web
