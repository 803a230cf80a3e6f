// Clocks, and what another server is like that this one depends on.
#pragma once

#include <optional>
#include <string>

#include "core/doctor/finding.h"
#include "core/position.h"

namespace koshelf::core::doctor {

// `whose`: "Redis", "Audiobookshelf". `ahead_ms`: its clock minus ours.
[[nodiscard]] Finding judge_clock(const std::string& name, const std::string& whose, EpochMillis ahead_ms);

// Audiobookshelf, as far as it could be asked.
struct AudiobookshelfFacts {
    bool configured = false;
    std::vector<std::string> problems{};  // with the settings, as "VARIABLE why"
    std::string failure{};                // why it could not be asked, a sentence; "": it could
    std::string version{};
    bool initialised = true;
    std::optional<EpochMillis> clock_ahead_ms{};
    struct Key {
        std::string whose;    // "ann", or "all others"
        std::string user;     // there; "" if it was refused
        std::string failure;  // why it was refused, a sentence
    };
    std::vector<Key> keys{};
    std::size_t keys_not_tried = 0;  // because there are so many
    bool bridge_running = true;
};

[[nodiscard]] Findings judge_audiobookshelf(const AudiobookshelfFacts& facts);

}  // namespace koshelf::core::doctor
