#include "library/outage.h"

#include <algorithm>

namespace koshelf::library {

using abs::AbsErrorKind;

void Outage::note(const abs::AbsError& error, core::EpochMillis now) {
    const bool silent = error.kind == AbsErrorKind::kUnreachable || error.kind == AbsErrorKind::kTimeout ||
                        error.kind == AbsErrorKind::kTls || error.kind == AbsErrorKind::kRateLimited;
    if (!silent) return note_answer();
    constexpr core::EpochMillis kFirst = 2'000;
    constexpr core::EpochMillis kLongest = 60'000;
    core::EpochMillis pause = std::min(kLongest, kFirst << std::min(failures_, 10));
    if (error.retry_after) pause = std::max<core::EpochMillis>(pause, error.retry_after->count());
    ++failures_;
    until_ = now + pause;
}

bool may_pass(const abs::AbsError& error) {
    return error.kind != AbsErrorKind::kForbidden && error.kind != AbsErrorKind::kNotFound &&
           error.kind != AbsErrorKind::kTooLarge;
}

}  // namespace koshelf::library
