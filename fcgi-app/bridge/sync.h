// Sync: the process of the bridge that carries positions, both ways.
#pragma once

#include "platform/config.h"
#include "platform/log.h"

namespace koshelf::bridge {

// Runs until SIGTERM (platform/signals.h). Of several bridges on one Redis one works, the others wait to take
// over. Redis or Audiobookshelf may be away for as long as they like.
[[nodiscard]] int run_sync(const platform::Config& config, platform::Log& log);

}  // namespace koshelf::bridge
