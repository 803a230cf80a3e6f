#include "ctl/reindex_command.h"

#include <cstdio>

#include "ctl/connection.h"
#include "ctl/look_through.h"
#include "store/reindex.h"

namespace koshelf::ctl {

int run_reindex(std::span<const std::string_view> arguments) {
    const bool force = arguments.size() == 1 && arguments.front() == "--force";
    if (!arguments.empty() && !force) return complain("reindex takes --force or nothing", 2);
    auto connection = Connection::open();
    if (!connection) return 1;

    const auto needed = store::needs_reindex(connection->database());
    if (!needed) return connection->failed(needed.error());
    if (!*needed && !force) {
        std::printf("The indexes are there already; --force builds them again.\n");
        return 0;
    }
    const auto progress = look_through(*connection);
    if (!progress) return complain(progress.error());
    std::printf(
        "Indexed %lld documents of %lld accounts; %lld documents belong to no account and were left alone.\n",
        static_cast<long long>(progress->documents), static_cast<long long>(progress->accounts),
        static_cast<long long>(progress->orphans));
    return 0;
}

}  // namespace koshelf::ctl
