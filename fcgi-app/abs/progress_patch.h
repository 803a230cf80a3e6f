// ProgressPatch: what the bridge writes into a media progress record, and nothing else.
#pragma once

#include <optional>
#include <string>

#include "core/position.h"

namespace koshelf::abs {

// A KOReader position as it was pushed. Kept beside the record by an undocumented but harmless way (see
// to_json); the server never shows it to anybody.
struct KoreaderPayload {
    std::string raw_progress;
    double percentage = 0;
    std::string document;
    std::string device;
    core::EpochSeconds timestamp = 0;
    std::optional<double> mapped_audio_time;  // seconds
};

// Unset fields stay as they are. To move: current_time, duration and progress together, without finish. To
// finish: finish alone, since the server ignores `progress` beside it.
struct ProgressPatch {
    std::optional<double> current_time;    // seconds
    std::optional<double> duration;        // seconds, of the item
    std::optional<double> progress;        // 0..1
    std::optional<double> ebook_progress;  // 0..1
    std::optional<std::string> ebook_location;
    bool finish = false;
    // Takes the finished mark away. For items without audio only, whose record is finished: of others it sets
    // the audio back to the start (move them instead, that reopens them).
    bool reopen = false;
    std::optional<core::EpochMillis>
        last_update;  // when it was read, by the server's clock; never in the future
    std::optional<KoreaderPayload> koreader;

    // Such a patch must not be sent: the server would make an empty record of it. The payload alone does not
    // count.
    [[nodiscard]] bool empty() const;
};

// The body of a PATCH. The server writes any column it finds named there and keeps whatever it is told, so
// this is the last guard: known fields only; shares are clamped to 0..1, times to 0 or more; what is not
// finite is left out; ebookLocation is a string (an object would end the server's process); isFinished is
// true or absent; the payload goes under the dotted key "extraData.koreader", which is merged ("extraData"
// would replace the record's link to its item). Nothing says isFinished by habit.
[[nodiscard]] std::string to_json(const ProgressPatch& patch);

}  // namespace koshelf::abs
