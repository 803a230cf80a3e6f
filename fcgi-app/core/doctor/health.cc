#include "core/doctor/health.h"

#include <algorithm>
#include <utility>

namespace koshelf::core::doctor {
namespace {

constexpr std::size_t kNamesShown = 5;

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kNamesShown); ++i)
        text += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > kNamesShown) text += " and " + std::to_string(names.size() - kNamesShown) + " more";
    return text;
}

void look_at_bridge(const HealthFacts& facts, Findings& findings) {
    if (!facts.bridge.sync) {
        findings.push_back({"bridge.sync", State::kFailed,
                            "No bridge is running: nothing travels between readers and Audiobookshelf.",
                            "Start koshelf-bridge. What devices push waits until then."});
    }
    if (!facts.bridge.library) {
        findings.push_back({"bridge.library", State::kWarning,
                            "Nobody looks through the libraries: new books are not linked and their texts "
                            "not read.",
                            "Start koshelf-bridge."});
    }
}

void look_at_audiobookshelf(const HealthFacts& facts, Findings& findings) {
    const auto& there = facts.audiobookshelf;
    for (const std::string& sentence : there.settings)
        findings.push_back({"audiobookshelf.settings", State::kWarning, sentence});
    if (!there.configured) return;
    if (!there.trouble.empty()) {
        findings.push_back({"audiobookshelf.reachable", State::kFailed, there.trouble});
    } else if (facts.bridge.sync && !there.silent.empty()) {
        findings.push_back({"audiobookshelf.feeds", State::kWarning,
                            "Audiobookshelf does not tell by itself what these listen to; it is asked "
                            "instead, which is slower: " +
                                listed(there.silent) + ".",
                            "Try the connection of each in the settings."});
    }
    if (there.breaker_open) {
        findings.push_back({"audiobookshelf.breaker", State::kWarning,
                            "Devices are not kept waiting for Audiobookshelf at the moment, because it has "
                            "just not answered.",
                            "It is asked again within five minutes."});
    }
}

}  // namespace

Findings judge_health(const HealthFacts& facts) {
    Findings findings = judge_redis(facts.redis);
    DataFacts data = facts.data;
    // While nobody could bring it over, that is what has to be said.
    const bool could = facts.bridge.sync && facts.audiobookshelf.trouble.empty();
    if (!facts.audiobookshelf.configured || !could) data.oldest_waiting_ms.reset();
    for (Finding& finding : judge_data(data)) findings.push_back(std::move(finding));
    if (facts.audiobookshelf.configured) look_at_bridge(facts, findings);
    look_at_audiobookshelf(facts, findings);
    std::erase_if(findings, [](const Finding& each) {
        return each.state == State::kOk || each.state == State::kSkipped;
    });
    std::ranges::stable_sort(findings, std::greater<>(), &Finding::state);
    return findings;
}

}  // namespace koshelf::core::doctor
