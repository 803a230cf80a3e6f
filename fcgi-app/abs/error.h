// AbsError: why a call to Audiobookshelf has no result.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "platform/http.h"

namespace koshelf::abs {

enum class AbsErrorKind {
    kUnreachable,
    kTimeout,
    kTls,
    kUnauthorized,  // 401: key wrong, expired, switched off, or its user is
    kForbidden,     // 403
    kNotFound,      // 404
    kRateLimited,   // 429
    kServerError,   // 5xx
    kUnexpected,    // another status, a redirect elsewhere, not HTTP, not JSON, JSON of another shape
    kTooLarge,
};

// "unreachable", "timeout", "tls", "unauthorized", "forbidden", "not-found", "rate-limited", "server-error",
// "unexpected", "too-large".
[[nodiscard]] std::string_view to_string(AbsErrorKind kind);

struct AbsError {
    AbsErrorKind kind = AbsErrorKind::kUnexpected;
    std::string detail;  // a phrase for people, without secrets and without anything that the server wrote
    std::optional<std::chrono::milliseconds> retry_after;  // as the server asked; at most a day

    // Asking again later brings nothing, as long as settings and item stay what they are: 401, 403, 404.
    [[nodiscard]] bool permanent() const;
};

// A transport's failure in these terms.
[[nodiscard]] AbsError error_of(const platform::HttpError& error);

// Nothing if the status is 2xx.
[[nodiscard]] std::optional<AbsError> error_of(const platform::HttpResponse& response);

}  // namespace koshelf::abs
