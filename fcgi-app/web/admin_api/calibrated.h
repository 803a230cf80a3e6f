// Calibrated: what the routes that change calibrations have in common.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "store/calibrations.h"
#include "web/admin_api/aligned_book.h"

namespace koshelf::web {

// Changes what the account has said about the book, again if somebody else did so at the same time. False
// from `change` (nothing to do): kNoCalibration. Nothing if all went well, else the answer to give.
[[nodiscard]] std::optional<Response> change_calibrations(
    Services& services, const AlignedBook& aligned,
    const std::function<bool(std::vector<store::StoredCalibration>&)>& change);

// Carries the position over as it is counted now. The alignment, with {carried: {outcome, message}, dropped}.
[[nodiscard]] Response calibrated_response(Services& services, const Call& call, std::size_t dropped);

}  // namespace koshelf::web
