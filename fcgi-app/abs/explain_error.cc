#include "abs/explain_error.h"

namespace koshelf::abs {

std::string explain_error(const AbsError& error) {
    const std::string detail = error.detail.empty() ? std::string() : " (" + error.detail + ")";
    switch (error.kind) {
        case AbsErrorKind::kUnreachable:
            return "Nothing answers at that address" + detail +
                   ". Is Audiobookshelf running, and can this server reach it?";
        case AbsErrorKind::kTimeout: return "Audiobookshelf does not answer in time" + detail + ".";
        case AbsErrorKind::kTls:
            return "The secure connection failed" + detail +
                   ". A private certificate needs AUDIOBOOKSHELF_CA_FILE.";
        case AbsErrorKind::kUnauthorized:
            return "Audiobookshelf does not accept the key: it is wrong, has expired, or was switched off.";
        case AbsErrorKind::kForbidden: return "Audiobookshelf does not allow this to the key's user.";
        case AbsErrorKind::kNotFound: return "Audiobookshelf does not know what was asked for.";
        case AbsErrorKind::kRateLimited:
            return "Audiobookshelf asks to slow down. Try again in a few minutes.";
        case AbsErrorKind::kServerError: return "Audiobookshelf reports an error of its own" + detail + ".";
        case AbsErrorKind::kUnexpected:
            return "What answers there is no Audiobookshelf, or one that is unknown to this server" + detail +
                   ".";
        case AbsErrorKind::kTooLarge: return "The answer is larger than allowed" + detail + ".";
    }
    return "Audiobookshelf did not answer.";
}

}  // namespace koshelf::abs
