#include "core/text/error.h"

namespace koshelf::core::text {

std::string_view to_string(TextErrorCode code) {
    switch (code) {
        case TextErrorCode::kNotAnArchive: return "not-an-archive";
        case TextErrorCode::kNotAnEpub: return "not-an-epub";
        case TextErrorCode::kDrm: return "drm";
        case TextErrorCode::kLimitExceeded: return "limit-exceeded";
        case TextErrorCode::kUnsafePath: return "unsafe-path";
        case TextErrorCode::kUnreadable: return "unreadable";
        case TextErrorCode::kBadXml: return "bad-xml";
        case TextErrorCode::kDamagedMap: return "damaged-map";
        case TextErrorCode::kDamagedAlignment: return "damaged-alignment";
        case TextErrorCode::kDamagedText: return "damaged-text";
        case TextErrorCode::kUnsupportedVersion: return "unsupported-version";
        case TextErrorCode::kBadSyntax: return "bad-syntax";
        case TextErrorCode::kNotFound: return "not-found";
    }
    return "unknown";
}

}  // namespace koshelf::core::text
