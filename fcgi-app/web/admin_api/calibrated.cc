#include "web/admin_api/calibrated.h"

#include "core/json_text.h"
#include "relay/calibrating.h"
#include "web/admin_api/carry_over.h"
#include "web/admin_api/desk.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

// People do not click faster than this.
constexpr int kMostRivals = 5;

}  // namespace

std::optional<Response> change_calibrations(
    Services& services, const AlignedBook& aligned,
    const std::function<bool(std::vector<store::StoredCalibration>&)>& change) {
    const core::Username& username = aligned.subject.username;
    const store::BookPair pair = relay::pair_of(aligned.subject);
    for (int rival = 0; rival < kMostRivals; ++rival) {
        auto list = services.desk.calibrations.of(username, pair);
        if (!list) return store_failed(services, list.error());
        if (!change(list->entries)) return admin_error(AdminError::kNoCalibration);
        const auto changed = services.desk.calibrations.replace(username, pair, *list);
        if (!changed) return store_failed(services, changed.error());
        if (*changed == store::Calibrations::Change::kNoAccount) return admin_error(AdminError::kNoAccount);
        if (*changed == store::Calibrations::Change::kDone) return std::nullopt;
    }
    return admin_error(AdminError::kSettingsChanged, "Somebody else is changing this at the same time.");
}

Response calibrated_response(Services& services, const Call& call, std::size_t dropped) {
    const auto before = load_document(services, call);
    if (!before) return before.error();
    const CarriedOver carried = carry_over(services, *before);
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto aligned = open_aligned_book(services, *loaded);
    if (!aligned) return aligned.error();
    std::string json = alignment_json(*aligned, *loaded);
    json.pop_back();
    return json_response(
        200, json + ",\"carried\":" +
                 core::JsonObject().add("outcome", carried.outcome).add("message", carried.message).finish() +
                 ",\"dropped\":" + std::to_string(dropped) + "}");
}

}  // namespace koshelf::web
