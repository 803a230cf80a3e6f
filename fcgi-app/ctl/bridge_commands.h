// koshelf-ctl activity, outbox
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// Both return the exit status: 0 done, 1 Redis failed, 2 wrong arguments.

// activity [-n N]: the newest N entries of the activity log (default 20), oldest first.
[[nodiscard]] int run_activity(std::span<const std::string_view> arguments);

// outbox: what waits to be brought to Audiobookshelf, and what was given up.
[[nodiscard]] int run_outbox(std::span<const std::string_view> arguments);

}  // namespace koshelf::ctl
