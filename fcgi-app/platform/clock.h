// The only place that asks for the time.
#pragma once

#include <chrono>

#include "core/position.h"

namespace koshelf::platform {

using core::EpochMillis;

[[nodiscard]] inline EpochMillis now_millis() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace koshelf::platform
