// A request as a value: what the routes need of it, however it came in (FastCGI, CGI, a test).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/position.h"
#include "core/url.h"

namespace koshelf::web {

enum class Method { kGet, kHead, kPost, kPut, kDelete, kOther };

[[nodiscard]] Method parse_method(std::string_view name);

// Longest body that is read, in bytes. A push is a few hundred.
inline constexpr std::size_t kMaxBodyBytes = 64 * std::size_t{1024};

// How a request came here.
struct Arrival {
    std::string peer;               // who connected to the web server; "" if it does not say
    std::optional<bool> trusted{};  // whether what that one says of clients is believed; nothing: not known
    bool forwarded = false;         // a header names another client than that one, believed or not
    std::string scheme;             // "https", "http"

    // Whether the request's remote address may be that of a proxy, with anybody behind it.
    [[nodiscard]] bool of_a_stranger() const { return forwarded && !trusted.value_or(false); }
};

struct Request {
    Method method = Method::kOther;
    std::string path;   // raw: percent-encoded, without query and base path
    std::string query;  // raw, without the question mark
    std::string accept;
    std::optional<std::string> auth_user;  // x-auth-user
    std::optional<std::string> auth_key;   // x-auth-key
    bool repeated_credentials = false;     // one of the two headers came twice: whom to believe is unclear
    std::string id;                        // nginx's request id, for the log
    std::string remote_address;            // of the client, as nginx established it
    Arrival arrival{};
    std::string body;                      // up to kMaxBodyBytes, and one more byte if it was longer
    std::optional<std::size_t> announced;  // CONTENT_LENGTH, saturating; absent for a chunked body
    core::EpochSeconds now = 0;            // when it arrived

    [[nodiscard]] bool body_too_large() const {
        return body.size() > kMaxBodyBytes || announced.value_or(0) > kMaxBodyBytes;
    }
    // The client went away, or the web server lost the rest. What is there may still look whole.
    [[nodiscard]] bool body_cut_short() const { return body.size() < announced.value_or(0); }
};

// Collects the variables of a CGI request (RFC 3875) one by one. Body and time are the caller's to add.
class RequestBuilder {
  public:
    explicit RequestBuilder(std::string_view base_path) : base_path_(base_path) {}

    // "NAME=value", as it stands in the environment or among the FastCGI parameters. Unknown names are
    // ignored.
    void variable(std::string_view pair);

    [[nodiscard]] Request finish();

  private:
    void credential(std::optional<std::string>& header, std::string_view value);

    std::string_view base_path_;
    core::CgiPath path_;
    Request request_;
};

}  // namespace koshelf::web
