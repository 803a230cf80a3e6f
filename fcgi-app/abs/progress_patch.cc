#include "abs/progress_patch.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/json_text.h"

namespace koshelf::abs {
namespace {

void add(core::JsonObject& object, std::string_view name, const std::optional<double>& value, double most) {
    if (!value || !std::isfinite(*value)) return;
    object.add(name, std::clamp(*value, 0.0, most));
}

std::string json_of(const KoreaderPayload& payload) {
    core::JsonObject object;
    object.add("rawProgress", payload.raw_progress).add("percentage", payload.percentage);
    object.add("document", payload.document).add("device", payload.device);
    object.add("timestamp", payload.timestamp);
    if (payload.mapped_audio_time) object.add("mappedAudioTime", *payload.mapped_audio_time);
    return object.finish();
}

}  // namespace

bool ProgressPatch::empty() const {
    return !current_time && !duration && !progress && !ebook_progress && !ebook_location && !finish &&
           !reopen;
}

std::string to_json(const ProgressPatch& patch) {
    constexpr double kNoLimit = std::numeric_limits<double>::max();
    core::JsonObject object;
    add(object, "currentTime", patch.current_time, kNoLimit);
    add(object, "duration", patch.duration, kNoLimit);
    add(object, "progress", patch.progress, 1);
    add(object, "ebookProgress", patch.ebook_progress, 1);
    if (patch.ebook_location) object.add("ebookLocation", *patch.ebook_location);
    if (patch.finish || patch.reopen) object.add("isFinished", patch.finish);
    if (patch.last_update) object.add("lastUpdate", *patch.last_update);
    if (patch.koreader) object.add_json("extraData.koreader", json_of(*patch.koreader));
    return object.finish();
}

}  // namespace koshelf::abs
