#include "store/vitals.h"

#include <charconv>
#include <chrono>
#include <map>
#include <optional>
#include <string_view>

namespace koshelf::store {
namespace {

using core::Persistence;
using Clock = std::chrono::steady_clock;
using Information = std::map<std::string_view, std::string_view>;

// "name:value" lines, "# Title" and empty ones between them.
Information read_information(std::string_view text) {
    Information found;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find("\r\n"), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 2, text.size()));
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && !line.starts_with('#'))
            found.emplace(line.substr(0, colon), line.substr(colon + 1));
    }
    return found;
}

std::string_view value_of(const Information& information, std::string_view name) {
    const auto found = information.find(name);
    return found == information.end() ? std::string_view() : found->second;
}

std::int64_t number_of(const Information& information, std::string_view name) {
    const std::string_view text = value_of(information, name);
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// `fsync` ("" if that is not said), and whether there are snapshots now and then.
Persistence persistence_of(const Information& information, std::string_view fsync,
                           std::optional<bool> snapshots) {
    if (value_of(information, "aof_enabled") == "1") {
        if (fsync == "always") return Persistence::kLogAlways;
        if (fsync == "everysec") return Persistence::kLogEverySecond;
        return fsync == "no" ? Persistence::kLogSometimes : Persistence::kLog;
    }
    if (!snapshots) return Persistence::kUnknown;
    return *snapshots ? Persistence::kSnapshots : Persistence::kNone;
}

}  // namespace

StoreResult<core::RedisHealth> Vitals::take() {
    core::RedisHealth health;
    const auto asked = Clock::now();
    if (const auto pong = database_.ask({"PING"}); !pong) return tl::unexpected(pong.error());
    health.latency_ms = std::chrono::duration<double, std::milli>(Clock::now() - asked).count();

    const auto reply = database_.ask({"INFO"});
    if (!reply && reply.error().kind == StoreError::Kind::kUnreachable) return tl::unexpected(reply.error());
    const Information information = read_information(reply ? reply->value().text() : std::string_view());
    health.told = information.contains("redis_version");
    if (!health.told) return health;
    health.version = value_of(information, "redis_version");
    health.memory_bytes = number_of(information, "used_memory");
    health.memory_limit_bytes = number_of(information, "maxmemory");
    health.system_bytes = number_of(information, "total_system_memory");
    health.eviction = value_of(information, "maxmemory_policy");
    health.loading = value_of(information, "loading") == "1";
    health.replica = value_of(information, "role") == "slave";
    health.replicas = number_of(information, "connected_slaves");
    health.disk_failed = value_of(information, "aof_last_write_status") == "err" ||
                         value_of(information, "rdb_last_bgsave_status") == "err";

    const auto fsync = database_.ask({"CONFIG", "GET", "appendfsync"});
    const auto save = database_.ask({"CONFIG", "GET", "save"});
    std::optional<bool> snapshots;
    if (save && save->value().size() == 2) snapshots = !save->value()[1].text().empty();
    health.persistence =
        persistence_of(information, fsync ? fsync->value()[1].text() : std::string_view(), snapshots);
    return health;
}

}  // namespace koshelf::store
