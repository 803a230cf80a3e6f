#include "core/doctor/connection.h"

#include <cstdlib>

namespace koshelf::core::doctor {
namespace {

// What a Date header can tell, and what a slow answer adds.
constexpr EpochMillis kTolerance = 5'000;
// From which on the reader's own comparison of times goes wrong.
constexpr EpochMillis kTooFar = 120'000;

std::string span(EpochMillis ms) {
    const EpochMillis seconds = std::abs(ms) / 1000;
    if (seconds < 120) return std::to_string(seconds) + " s";
    if (seconds < 7200) return std::to_string(seconds / 60) + " min";
    return std::to_string(seconds / 3600) + " h";
}

Findings judge_keys(const AudiobookshelfFacts& facts) {
    Findings findings;
    for (const auto& key : facts.keys) {
        if (!key.failure.empty()) {
            findings.push_back(
                {"audiobookshelf.key", State::kFailed, "The key of " + key.whose + ": " + key.failure,
                 "In Audiobookshelf, Settings > API Keys: make one for that user and switch it on; then "
                 "put it into AUDIOBOOKSHELF_USER_MAP."});
        } else {
            findings.push_back({"audiobookshelf.key", State::kOk,
                                "The key of " + key.whose + " is that of " + key.user + " there."});
        }
    }
    if (facts.keys_not_tried > 0) {
        findings.push_back({"audiobookshelf.key", State::kSkipped,
                            std::to_string(facts.keys_not_tried) + " more keys were not tried.",
                            "The console shows of each account whether its connection is live."});
    }
    if (facts.keys.empty()) {
        findings.push_back({"audiobookshelf.key", State::kFailed, "There is an address, but no key.",
                            "Set AUDIOBOOKSHELF_USER_MAP: the API key of each reader's own user."});
    }
    return findings;
}

}  // namespace

Finding judge_clock(const std::string& name, const std::string& whose, EpochMillis ahead_ms) {
    const EpochMillis off = std::abs(ahead_ms);
    if (off <= kTolerance)
        return {name, State::kOk, "The clocks of " + whose + " and of this machine agree."};
    return {name, off > kTooFar ? State::kFailed : State::kWarning,
            "The clock of " + whose + " is " + span(ahead_ms) + (ahead_ms > 0 ? " ahead of" : " behind") +
                " that of this machine.",
            "Set both by NTP (timedatectl): a KOReader compares times to tell the newer position."};
}

Findings judge_audiobookshelf(const AudiobookshelfFacts& facts) {
    Findings findings;
    for (const std::string& problem : facts.problems) {
        findings.push_back({"audiobookshelf.settings", State::kWarning, problem + ".",
                            "koshelf-ctl config list shows what is set."});
    }
    if (!facts.configured) {
        findings.push_back({"audiobookshelf", State::kSkipped, "Audiobookshelf is not set up."});
        return findings;
    }
    if (!facts.failure.empty()) {
        findings.push_back(
            {"audiobookshelf.server", State::kFailed, facts.failure,
             "Ask from this machine: curl AUDIOBOOKSHELF_BASE_URL/status. Devices notice nothing; "
             "positions wait."});
    } else {
        findings.push_back({"audiobookshelf.server", facts.initialised ? State::kOk : State::kWarning,
                            facts.initialised
                                ? "Audiobookshelf " + facts.version + " answers."
                                : "Audiobookshelf answers, but has not been set up: it has no users.",
                            facts.initialised ? "" : "Open it in a browser and make its first user."});
        if (facts.clock_ahead_ms)
            findings.push_back(judge_clock("audiobookshelf.clock", "Audiobookshelf", *facts.clock_ahead_ms));
        const Findings keys = judge_keys(facts);
        findings.insert(findings.end(), keys.begin(), keys.end());
    }
    if (facts.bridge_running) {
        findings.push_back({"bridge", State::kOk, "The bridge is running."});
    } else {
        findings.push_back(
            {"bridge", State::kFailed, "The bridge is not running: what is read waits.",
             "Start koshelf-bridge (systemctl start koshelf-bridge; make run starts it by itself)."});
    }
    return findings;
}

}  // namespace koshelf::core::doctor
