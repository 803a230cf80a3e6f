// HTTP as values: what is asked, what is answered, what can go wrong. Sent by HttpClient (waits) or HttpLoop
// (does not).
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "platform/clock.h"

namespace koshelf::platform {

struct HttpRequest {
    std::string method = "GET";
    std::string url;                   // http or https, without user name; sent as it stands
    std::vector<std::string> headers;  // "Name: value"
    std::string body;                  // sent if not empty, or if the method is POST, PUT or PATCH

    std::chrono::milliseconds timeout{5000};  // for everything, redirects included
    std::chrono::milliseconds connect_timeout{
        5000};  // for name, connection and TLS; `timeout` if that is less
    std::size_t max_bytes = std::size_t{16} * 1024 * 1024;  // of the decoded body

    // A GET follows up to 5 redirects that stay on the same scheme, host and port; one that leads elsewhere
    // is kInvalid, since credentials never leave their host. Otherwise, and for other methods always, a
    // redirect is an answer like any other.
    bool follow_redirects = false;
    bool accept_gzip = true;  // off for ranges: a range of the compressed file would be something else
};

// Any answer, whatever its status. Header values as sent, "" if absent; the last one if sent twice.
struct HttpResponse {
    int status = 0;
    std::string body;  // decoded
    std::string etag;
    std::string content_type;
    std::string content_range;
    std::string retry_after;
    std::optional<EpochMillis> date;  // the server's clock, whole seconds
    EpochMillis sent = 0;             // our clock, just before the (last) request and after its answer:
    EpochMillis received = 0;         // between these two the server read `date` off its clock
};

// No answer that could be used. Of a POST or PATCH nobody knows then whether it was executed; none is ever
// sent twice by itself.
struct HttpError {
    enum class Kind {
        kUnreachable,  // no name, no connection, or the connection was lost
        kTimeout,
        kTls,       // also: the CA file cannot be read
        kTooLarge,  // more than max_bytes, or more than 64 KiB of headers
        kInvalid,   // what was asked is no request, or what came is no answer, or a redirect leads elsewhere
    };
    Kind kind = Kind::kUnreachable;
    std::string detail;  // a phrase for people; never holds a secret: no URL, no header, nothing of a body
};

// "unreachable", "timeout", "tls", "too-large", "invalid".
[[nodiscard]] std::string_view to_string(HttpError::Kind kind);

using HttpResult = tl::expected<HttpResponse, HttpError>;

struct HttpOptions {
    std::string ca_file;  // PEM; the only authorities that are trusted. "": those of the system
    bool verify_tls = true;
    std::string
        proxy;  // "http://host:port", "socks5h://…"; "" none: the environment's variables do not count
    std::string user_agent = "koshelf-sync-server";

    bool operator==(const HttpOptions&) const = default;
};

}  // namespace koshelf::platform
