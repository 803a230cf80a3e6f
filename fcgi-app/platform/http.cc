#include "platform/http.h"

namespace koshelf::platform {

std::string_view to_string(HttpError::Kind kind) {
    switch (kind) {
        case HttpError::Kind::kUnreachable: return "unreachable";
        case HttpError::Kind::kTimeout: return "timeout";
        case HttpError::Kind::kTls: return "tls";
        case HttpError::Kind::kTooLarge: return "too-large";
        case HttpError::Kind::kInvalid: return "invalid";
    }
    return "unknown";
}

}  // namespace koshelf::platform
