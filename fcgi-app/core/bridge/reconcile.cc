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

// `local_at`: when the device's position came about.
Decision contest(EpochMillis local_at, const RemoteState& remote, MediaSide side, bool local_moved,
                 EpochMillis now) {
    // Stamps of devices are whole seconds, rounded down: within the same second the device has the last word.
    local_at = believable_time(local_at, now) + 999;
    const EpochMillis remote_at = believable_time(remote.at, now);
    if (remote_at > local_at) {
        return {.action = Action::kImport,
                .reason = local_moved ? Reason::kRemoteNewer : Reason::kRemoteMoved,
                .side = side,
                .lead = remote_at - local_at};
    }
    return {.action = Action::kPush,
            .reason = local_moved ? Reason::kLocalNewer : Reason::kRemoteOlder,
            .side = side,
            .lead = std::max<EpochMillis>(0, local_at - 999 - remote_at)};
}

Decision decide(const std::optional<LocalState>& local, const std::optional<RemoteState>& remote,
                const Agreement& agreement, EpochMillis now) {
    const bool local_moved = local_has_moved(local, agreement);
    const auto side = remote_moved(remote, agreement);
    if (side && local) {
        const EpochMillis settled_at = agreement.at != 0 ? agreement.at : local->at;
        return contest(local_moved ? local->at : settled_at, *remote, *side, local_moved, now);
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
