#include "ctl/look_through.h"

#include <unistd.h>

namespace koshelf::ctl {

tl::expected<store::ReindexProgress, std::string> look_through(Connection& connection) {
    auto progress = store::reindex(connection.database(), std::to_string(getpid()), [] { return true; });
    if (!progress) return tl::unexpected(connection.explain(progress.error()));
    if (!progress->complete) {
        return tl::unexpected(
            std::string("another process is building the indexes; try again in half a minute"));
    }
    return *progress;
}

}  // namespace koshelf::ctl
