#include "abs/error.h"

#include <algorithm>
#include <charconv>

namespace koshelf::abs {
namespace {

// Seconds only: nobody in front of an Audiobookshelf sends dates here.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text) {
    constexpr std::int64_t kDay = 86'400;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
    return std::chrono::seconds(std::min(seconds, kDay));
}

AbsErrorKind kind_of(int status) {
    if (status == 401) return AbsErrorKind::kUnauthorized;
    if (status == 403) return AbsErrorKind::kForbidden;
    if (status == 404) return AbsErrorKind::kNotFound;
    if (status == 413) return AbsErrorKind::kTooLarge;
    if (status == 429) return AbsErrorKind::kRateLimited;
    if (status >= 500) return AbsErrorKind::kServerError;
    return AbsErrorKind::kUnexpected;
}

}  // namespace

std::string_view to_string(AbsErrorKind kind) {
    switch (kind) {
        case AbsErrorKind::kUnreachable: return "unreachable";
        case AbsErrorKind::kTimeout: return "timeout";
        case AbsErrorKind::kTls: return "tls";
        case AbsErrorKind::kUnauthorized: return "unauthorized";
        case AbsErrorKind::kForbidden: return "forbidden";
        case AbsErrorKind::kNotFound: return "not-found";
        case AbsErrorKind::kRateLimited: return "rate-limited";
        case AbsErrorKind::kServerError: return "server-error";
        case AbsErrorKind::kUnexpected: return "unexpected";
        case AbsErrorKind::kTooLarge: return "too-large";
    }
    return "unknown";
}

bool AbsError::permanent() const {
    return kind == AbsErrorKind::kUnauthorized || kind == AbsErrorKind::kForbidden ||
           kind == AbsErrorKind::kNotFound;
}

AbsError error_of(const platform::HttpError& error) {
    using Kind = platform::HttpError::Kind;
    AbsErrorKind kind = AbsErrorKind::kUnexpected;
    switch (error.kind) {
        case Kind::kUnreachable: kind = AbsErrorKind::kUnreachable; break;
        case Kind::kTimeout: kind = AbsErrorKind::kTimeout; break;
        case Kind::kTls: kind = AbsErrorKind::kTls; break;
        case Kind::kTooLarge: kind = AbsErrorKind::kTooLarge; break;
        case Kind::kInvalid: kind = AbsErrorKind::kUnexpected; break;
    }
    return {kind, error.detail, std::nullopt};
}

std::optional<AbsError> error_of(const platform::HttpResponse& response) {
    if (response.status >= 200 && response.status < 300) return std::nullopt;
    AbsError error{kind_of(response.status), "HTTP " + std::to_string(response.status), std::nullopt};
    if (response.status == 429 || response.status == 503) {
        error.retry_after = parse_retry_after(response.retry_after);
    }
    return error;
}

}  // namespace koshelf::abs
