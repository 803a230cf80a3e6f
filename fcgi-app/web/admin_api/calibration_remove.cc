#include <utility>

#include "relay/calibrating.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/aligned_book.h"
#include "web/admin_api/calibrated.h"

namespace koshelf::web {

// With ?undo=true what it replaced comes back.
Response remove_calibration(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto aligned = open_aligned_book(services, *loaded);
    if (!aligned) return aligned.error();
    const bool undo = parameter(call.request, "undo") == "true";
    const auto change = [&call, undo](std::vector<store::StoredCalibration>& entries) {
        return relay::remove_calibration(entries, call.inner, undo);
    };
    if (auto failure = change_calibrations(services, *aligned, change)) return std::move(*failure);
    note_deed(services, loaded->subject, "console.uncalibrated",
              name_of(loaded->view) + ": one thing less is said about the narrator");
    return calibrated_response(services, call, 0);
}

}  // namespace koshelf::web
