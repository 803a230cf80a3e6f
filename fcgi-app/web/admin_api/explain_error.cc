#include "web/admin_api/explain_error.h"

namespace koshelf::web {

std::string explain_error(const abs::AbsError& error) {
    const std::string detail = error.detail.empty() ? std::string() : " (" + error.detail + ")";
    switch (error.kind) {
        case abs::AbsErrorKind::kUnreachable:
            return "Nothing answers at that address" + detail +
                   ". Is Audiobookshelf running, and can this server reach it?";
        case abs::AbsErrorKind::kTimeout: return "Audiobookshelf does not answer in time" + detail + ".";
        case abs::AbsErrorKind::kTls:
            return "The secure connection failed" + detail +
                   ". A private certificate needs AUDIOBOOKSHELF_CA_FILE.";
        case abs::AbsErrorKind::kUnauthorized:
            return "Audiobookshelf does not accept the key: it is wrong, has expired, or was switched off.";
        case abs::AbsErrorKind::kForbidden: return "Audiobookshelf does not allow this to the key's user.";
        case abs::AbsErrorKind::kNotFound: return "Audiobookshelf does not know what was asked for.";
        case abs::AbsErrorKind::kRateLimited:
            return "Audiobookshelf asks to slow down. Try again in a few minutes.";
        case abs::AbsErrorKind::kServerError:
            return "Audiobookshelf reports an error of its own" + detail + ".";
        case abs::AbsErrorKind::kUnexpected:
            return "What answers there is no Audiobookshelf, or one that is unknown to this server" + detail +
                   ".";
        case abs::AbsErrorKind::kTooLarge: return "The answer is larger than allowed" + detail + ".";
    }
    return "Audiobookshelf did not answer.";
}

}  // namespace koshelf::web
