// The only place that asks for the time.
#pragma once

#include <chrono>
#include <cstdint>

namespace koshelf::platform {

// Milliseconds since 1970-01-01 00:00 UTC.
using EpochMillis = std::int64_t;

[[nodiscard]] inline EpochMillis now_millis() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace koshelf::platform
