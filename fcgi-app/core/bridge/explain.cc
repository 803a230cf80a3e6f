#include "core/bridge/explain.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace koshelf::core::bridge {
namespace {

std::string local_place(const Parties& parties) {
    const std::string name = parties.device.empty() ? "The device" : parties.device;
    if (!parties.local_percentage) return name + "'s position";
    return name + "'s " + percent(*parties.local_percentage);
}

std::string remote_place(const Parties& parties) {
    std::string text = parties.server + "'s ";
    if (parties.remote_fraction) {
        text += percent(*parties.remote_fraction);
        if (parties.remote_seconds) text += " (" + clock_time(*parties.remote_seconds) + ")";
        return text;
    }
    return text + (parties.remote_seconds ? clock_time(*parties.remote_seconds) : "position");
}

std::string after(const Decision& decision) {
    return decision.lead < 1000 ? "" : " by " + span_of_time(decision.lead);
}

}  // namespace

std::string percent(double fraction) {
    std::array<char, 32> text{};
    const double tenths = std::round(fraction * 1000) / 10;
    const bool whole = std::abs(tenths - std::round(tenths)) < 0.05;
    std::snprintf(text.data(), text.size(), whole ? "%.0f %%" : "%.1f %%", tenths);
    return text.data();
}

std::string clock_time(double seconds) {
    const auto whole = static_cast<long long>(std::isfinite(seconds) ? std::max(seconds, 0.0) : 0.0);
    std::array<char, 48> text{};
    if (whole >= 3600) {
        std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60,
                      whole % 60);
    } else {
        std::snprintf(text.data(), text.size(), "%lld:%02lld", whole / 60, whole % 60);
    }
    return text.data();
}

std::string span_of_time(EpochMillis milliseconds) {
    const EpochMillis seconds = milliseconds / 1000;
    if (seconds < 60) return std::to_string(seconds) + " s";
    if (seconds < 7200) return std::to_string(seconds / 60) + " min";
    if (seconds < 172800) return std::to_string(seconds / 3600) + " h";
    return std::to_string(seconds / 86400) + " days";
}

std::string explain(const Decision& decision, const Parties& parties) {
    const std::string local = local_place(parties);
    const std::string remote = remote_place(parties);
    switch (decision.reason) {
        case Reason::kNoPositions: return "Nothing to do: neither side has a position";
        case Reason::kAgreed: return "Nothing to do: both sides agree";
        case Reason::kLocalMoved: return local + " sent to " + parties.server;
        case Reason::kRemoteMoved: return remote + " taken over";
        case Reason::kLocalNewer:
        case Reason::kRemoteOlder: return local + " kept: newer than " + remote + after(decision);
        case Reason::kRemoteNewer: return remote + " taken over: newer than " + local + after(decision);
        case Reason::kPlayerIsMoving: return local + " waits: a player of " + parties.server + " is running";
        case Reason::kOnlyFinishedFlag:
            return parties.server + " changed its finished mark, not the position: nothing to do";
    }
    return {};
}

}  // namespace koshelf::core::bridge
