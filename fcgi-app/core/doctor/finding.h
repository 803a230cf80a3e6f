// Finding: one thing that was looked at on a server, what it is like, and what to do. Judged from facts;
// whoever gathers them is elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace koshelf::core::doctor {

enum class State {
    kOk,
    kSkipped,  // it could not be looked at, or makes no sense here
    kWarning,  // it works, and will not for ever, or not for everybody
    kFailed,   // it does not work, or positions are in danger
};

// "ok", "skipped", "warning", "failed".
[[nodiscard]] std::string_view to_string(State state);

struct Finding {
    std::string name;  // "redis.persistence"
    State state = State::kOk;
    std::string message;   // what it is like, a sentence
    std::string advice{};  // what to do; "" where there is nothing to do

    bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

// The worst of them; kOk if there are none, or nothing but kOk and kSkipped.
[[nodiscard]] State worst(const Findings& findings);

// Bytes for people: "512 MiB", "1.5 GiB".
[[nodiscard]] std::string bytes_for_people(double bytes);

}  // namespace koshelf::core::doctor
