#include "ctl/reindex_command.h"

#include <cstdio>
#include <string>

#include <unistd.h>

#include "platform/config.h"
#include "platform/redis.h"
#include "store/database.h"
#include "store/reindex.h"

namespace koshelf::ctl {
namespace {

constexpr std::chrono::milliseconds kTimeout{5000};

int fail(const std::string& why) {
    std::fprintf(stderr, "koshelf-ctl: %s\n", why.c_str());
    return 1;
}

}  // namespace

int run_reindex(std::span<const std::string_view> arguments) {
    const bool force = arguments.size() == 1 && arguments.front() == "--force";
    if (!arguments.empty() && !force) {
        std::fprintf(stderr, "koshelf-ctl: reindex takes --force or nothing\n");
        return 2;
    }
    const auto config = platform::Config::read(platform::process_environment());
    if (!config) return fail(config.error());
    platform::Redis redis(config->redis, {.connect = kTimeout, .reply = kTimeout});
    store::Database database(redis);

    const auto needed = store::needs_reindex(database);
    if (!needed) return fail("Redis at " + config->redis.describe() + ": " + needed.error().detail);
    if (!*needed && !force) {
        std::printf("The indexes are there already; --force builds them again.\n");
        return 0;
    }
    const auto progress = store::reindex(database, std::to_string(getpid()), [] { return true; });
    if (!progress) return fail("Redis at " + config->redis.describe() + ": " + progress.error().detail);
    if (!progress->complete)
        return fail("another process is building the indexes; try again in half a minute");
    std::printf(
        "Indexed %lld documents of %lld accounts; %lld documents belong to no account and were left alone.\n",
        static_cast<long long>(progress->documents), static_cast<long long>(progress->accounts),
        static_cast<long long>(progress->orphans));
    return 0;
}

}  // namespace koshelf::ctl
