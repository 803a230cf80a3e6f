// Server: where an Audiobookshelf is.
#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace koshelf::abs {

struct Server {
    std::string base_url;                     // as normalise_base_url() returns it
    std::chrono::milliseconds timeout{5000};  // of one call

    bool operator==(const Server&) const = default;
};

// A base URL as people write it ("https://host/audiobookshelf//", " http://[::1]:13378 "), without blanks
// around it and without slashes at its end. The error is a phrase that does not repeat the text: not http(s),
// no host, a user name (credentials have settings of their own), a query or fragment.
[[nodiscard]] tl::expected<std::string, std::string_view> normalise_base_url(std::string_view text);

// Everything but unreserved characters (RFC 3986) becomes %XX; a segment of dots only is encoded as well, so
// that nothing can climb.
[[nodiscard]] std::string encode_segment(std::string_view text);

// base_url + "/" + each segment, encoded.
[[nodiscard]] std::string url_of(const Server& server, std::initializer_list<std::string_view> segments);

}  // namespace koshelf::abs
