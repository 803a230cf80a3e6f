#include "core/bridge/reconcile.h"

#include <algorithm>

namespace koshelf::core::bridge {
namespace {

constexpr EpochMillis kYear2001 = 978'307'200'000;

bool local_has_moved(const std::optional<LocalState>& local, const Agreement& agreement) {
    // After a pull a KOReader pushes the very pointer that it was given until the next page is turned.
    return local && !local->imported && local->progress != agreement.progress;
}

std::optional<MediaSide> remote_moved(const std::optional<RemoteState>& remote, const Agreement& agreement) {
    if (!remote) return std::nullopt;
    return moved_side(agreement.seen.value_or(MediaPlace{}), remote->place);
}

// Stamps of devices are whole seconds, rounded down.
constexpr EpochMillis kSecond = 999;

// Both sides have moved. Within the same second the device has the last word.
Decision contest(EpochMillis local_at, const RemoteState& remote, MediaSide side, EpochMillis now) {
    local_at = believable_time(local_at, now);
    const EpochMillis remote_at = believable_time(remote.at, now);
    if (remote_at > local_at + kSecond) {
        return {.action = Action::kImport,
                .reason = Reason::kRemoteNewer,
                .side = side,
                .lead = remote_at - local_at - kSecond};
    }
    return {.action = Action::kPush,
            .reason = Reason::kLocalNewer,
            .side = side,
            .lead = std::max<EpochMillis>(0, local_at - remote_at)};
}

// Only Audiobookshelf has moved away from what was agreed, which came about at `settled_at`.
Decision follow(EpochMillis settled_at, bool imported, const RemoteState& remote, MediaSide side,
                EpochMillis now) {
    settled_at = believable_time(settled_at, now);
    const EpochMillis remote_at = believable_time(remote.at, now);
    // An event of the same second may be from before the agreement, a fresh record is from after it: also
    // where another document of the same book was written there with the same time, or each of the two would
    // take the other's place for older and set it right for ever. And if both places are Audiobookshelf's
    // own, its word of now counts, whatever time stands beside it.
    const bool newer = remote.fresh ? remote_at + kSecond >= settled_at : remote_at > settled_at + kSecond;
    if (newer || (remote.fresh && imported)) {
        return {.action = Action::kImport,
                .reason = Reason::kRemoteMoved,
                .side = side,
                .lead = std::max<EpochMillis>(0, remote_at - settled_at - kSecond)};
    }
    return {.action = Action::kPush,
            .reason = Reason::kRemoteOlder,
            .side = side,
            .lead = std::max<EpochMillis>(0, settled_at - remote_at)};
}

Decision decide(const std::optional<LocalState>& local, const std::optional<RemoteState>& remote,
                const Agreement& agreement, EpochMillis now) {
    const bool local_moved = local_has_moved(local, agreement);
    const auto side = remote_moved(remote, agreement);
    if (side && local) {
        if (local_moved) return contest(local->at, *remote, *side, now);
        const EpochMillis settled_at = agreement.at != 0 ? agreement.at : local->at;
        return follow(settled_at, local->imported, *remote, *side, now);
    }
    if (side) return {.action = Action::kImport, .reason = Reason::kRemoteMoved, .side = *side};
    if (local_moved) return {.action = Action::kPush, .reason = Reason::kLocalMoved};
    if (!local && !remote) return {.action = Action::kNothing, .reason = Reason::kNoPositions};
    const bool flag_changed = remote && agreement.seen && remote->place.finished != agreement.seen->finished;
    return {.action = Action::kNothing, .reason = flag_changed ? Reason::kOnlyFinishedFlag : Reason::kAgreed};
}

}  // namespace

std::string_view to_string(Reason reason) {
    switch (reason) {
        case Reason::kNoPositions: return "no-positions";
        case Reason::kAgreed: return "agreed";
        case Reason::kLocalMoved: return "local-moved";
        case Reason::kRemoteMoved: return "remote-moved";
        case Reason::kLocalNewer: return "local-newer";
        case Reason::kRemoteNewer: return "remote-newer";
        case Reason::kRemoteOlder: return "remote-older";
        case Reason::kPlayerIsMoving: return "player-is-moving";
        case Reason::kOnlyFinishedFlag: return "only-finished-flag";
    }
    return "unknown";
}

EpochMillis believable_time(EpochMillis time, EpochMillis now) {
    return time < kYear2001 || time > now ? now : time;
}

Decision reconcile(const std::optional<LocalState>& local, const std::optional<RemoteState>& remote,
                   const Agreement& agreement, EpochMillis now) {
    Decision decision = decide(local, remote, agreement, now);
    // A position from a player that is still running is imported as it comes; only writing has to wait.
    if (decision.action == Action::kPush && remote && remote->playing) {
        return {.action = Action::kWait, .reason = Reason::kPlayerIsMoving};
    }
    return decision;
}

}  // namespace koshelf::core::bridge
