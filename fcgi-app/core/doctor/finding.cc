#include "core/doctor/finding.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace koshelf::core::doctor {

std::string_view to_string(State state) {
    switch (state) {
        case State::kOk: return "ok";
        case State::kSkipped: return "skipped";
        case State::kWarning: return "warning";
        case State::kFailed: break;
    }
    return "failed";
}

State worst(const Findings& findings) {
    State state = State::kOk;
    for (const Finding& finding : findings) {
        if (finding.state != State::kSkipped) state = std::max(state, finding.state);
    }
    return state;
}

std::string bytes_for_people(double bytes) {
    constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), bytes < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", bytes,
                  kUnits[unit]);
    return text.data();
}

}  // namespace koshelf::core::doctor
