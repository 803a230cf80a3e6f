// The library process: scans the libraries, links what it recognises, and makes text maps and alignments.
#pragma once

#include "platform/config.h"
#include "platform/log.h"

namespace koshelf::library {

// Works until SIGTERM arrives (platform::stop_requested()), and returns 0 then. Of several such processes on
// the same Redis one works; the others wait until it ends. Changed settings count within two seconds.
[[nodiscard]] int run_library(const platform::Config& config, const platform::Log& log);

}  // namespace koshelf::library
