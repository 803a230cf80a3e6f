// Reconcile: who wins when a device and Audiobookshelf know different positions of one book.
//
// The newest change wins, by the time at which it happened, in either direction, also backwards. A change is
// one against what both sides last agreed on: Audiobookshelf's own times also move for reasons that have
// nothing to do with a position, so they alone decide nothing. What was imported is never pushed back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/bridge/media_place.h"
#include "core/position.h"

namespace koshelf::core::bridge {

// A document's current position.
struct LocalState {
    double percentage = 0;
    std::string progress{};
    EpochMillis at = 0;     // when it became the current one: a device that sends it again changes nothing
    bool imported = false;  // it came from Audiobookshelf
};

// The media progress record of the linked item.
struct RemoteState {
    MediaPlace place{};
    EpochMillis at = 0;    // its lastUpdate, corrected by the difference of the clocks
    bool playing = false;  // a playback session of this account has moved in the last half minute
    bool fresh = false;    // read after the agreement was reached; an event may be from before it
};

// What both sides agreed on last.
struct Agreement {
    std::optional<MediaPlace> seen{};  // Audiobookshelf's record; nothing: never looked, or there was none
    std::string progress{};            // KOReader's progress that went with it; "" if nothing was settled yet
    double percentage = 0;
    EpochMillis at = 0;  // when that position came about
};

enum class Action {
    kNothing,
    kPush,    // to Audiobookshelf
    kImport,  // from it
    kWait,    // until the player that is moving has stopped
};

enum class Reason {
    kNoPositions,      // neither side has one
    kAgreed,           // nothing has changed on either side
    kLocalMoved,       // only the device has
    kRemoteMoved,      // only Audiobookshelf has
    kLocalNewer,       // both have
    kRemoteNewer,      // both have
    kRemoteOlder,      // Audiobookshelf took a change that is older than what the device has
    kPlayerIsMoving,   // what would be written now, the player overwrites in a moment
    kOnlyFinishedFlag  // marked as finished, or not, without a change of place
};

// Stable, greppable name: "agreed", "local-newer", ….
[[nodiscard]] std::string_view to_string(Reason reason);

struct Decision {
    Action action = Action::kNothing;
    Reason reason = Reason::kAgreed;
    MediaSide side = MediaSide::kAudio;  // of an import: the half of the record that moved
    EpochMillis lead = 0;                // kLocalNewer, kRemoteNewer, kRemoteOlder: by how much, >= 0
};

// `now` bounds times: nothing happened in the future, and a time before 2001 is a client's mistake (seconds
// instead of milliseconds) that counts as now.
[[nodiscard]] Decision reconcile(const std::optional<LocalState>& local,
                                 const std::optional<RemoteState>& remote, const Agreement& agreement,
                                 EpochMillis now);

// A time that a client wrote, made believable: not in the future, and `now` if it cannot be meant.
[[nodiscard]] EpochMillis believable_time(EpochMillis time, EpochMillis now);

}  // namespace koshelf::core::bridge
