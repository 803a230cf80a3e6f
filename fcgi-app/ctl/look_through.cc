#include "ctl/look_through.h"

#include <unistd.h>

#include "store/reindex.h"

namespace koshelf::ctl {

std::optional<std::string> look_through(Connection& connection) {
    const auto done = store::reindex(connection.database(), std::to_string(getpid()), [] { return true; });
    if (!done) return "Redis at " + connection.config().redis.describe() + ": " + done.error().detail;
    if (!done->complete) return "another process is building the indexes; try again in half a minute";
    return std::nullopt;
}

}  // namespace koshelf::ctl
