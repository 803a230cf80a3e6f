// koshelf-ctl export
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// export [--user NAME] [FILE|-]: everything of one account or of all as JSON lines, while the server runs.
// export --to reference [--user NAME] URL: what the reference server needs, into the Redis of that URL.
// Returns the exit status: 0 done, 1 Redis or the file failed or there is no such account, 2 wrong arguments.
[[nodiscard]] int run_export(std::span<const std::string_view> arguments);

}  // namespace koshelf::ctl
