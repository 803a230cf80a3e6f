// Explain: a decision as one plain sentence for the activity log and the console.
#pragma once

#include <optional>
#include <string>

#include "core/bridge/conversion.h"
#include "core/bridge/reconcile.h"

namespace koshelf::core::bridge {

// Who stands where, for the sentence.
struct Parties {
    std::string device{};                      // name of the device whose position is current; may be ""
    std::optional<double> local_percentage{};  // 0..1
    std::string server = "Audiobookshelf";
    std::optional<double> remote_seconds{};
    std::optional<double> remote_fraction{};  // 0..1, of whichever half moved
};

// What was done, e.g. "Kobo's 41 % kept: newer than Audiobookshelf's 38 % by 12 min". No markup, no progress
// strings, one line.
[[nodiscard]] std::string explain(const Decision& decision, const Parties& parties);

// Seconds of an audiobook for people: "1:02:03", "12:07".
[[nodiscard]] std::string clock_time(double seconds);

// A span of time for people: "3 s", "12 min", "5 h", "2 days".
[[nodiscard]] std::string span_of_time(EpochMillis milliseconds);

// A fraction for people: "41 %", "41.3 %"; one decimal where it is not whole.
[[nodiscard]] std::string percent(double fraction);

}  // namespace koshelf::core::bridge
