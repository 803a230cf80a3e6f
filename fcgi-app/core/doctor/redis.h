// What is wrong with a Redis that keeps positions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/doctor/finding.h"
#include "core/position.h"

namespace koshelf::core::doctor {

// As Redis says it of itself. What is nothing was not said: an older Redis, or one that lets nobody see its
// settings.
struct RedisFacts {
    std::string where;  // for people, without a password
    bool told = true;   // it lets itself be asked; if not, only latency and clock are known
    std::string version;
    std::string role;  // "master", "slave"
    bool cluster = false;
    bool loading = false;                         // still reading its data
    std::int64_t replicas = 0;                    // that follow it
    double latency_ms = 0;                        // of one round trip
    std::optional<EpochMillis> clock_ahead_ms{};  // its clock minus ours
    std::int64_t used_bytes = 0;
    std::int64_t limit_bytes = 0;   // 0: none
    std::int64_t system_bytes = 0;  // of its machine; 0: not known
    std::string eviction;           // maxmemory-policy
    bool append_only = false;
    std::optional<std::string> fsync;  // appendfsync
    std::optional<std::string> save;   // "900 1 300 10"; "": no snapshots
    bool write_failed = false;         // the last write of the append-only file
    bool snapshot_failed = false;      // the last snapshot
    bool rewrite_failed = false;       // the last rewrite of the append-only file
    bool stops_writes = true;          // refuses writes after a snapshot that failed
};

// How it writes to its disk, for machines: "aof always", "aof everysec", "aof no", "aof" (how often is not
// said), "rdb", "none", "unknown".
[[nodiscard]] std::string persistence_of(const RedisFacts& facts);

// `failure`: why it could not be asked.
[[nodiscard]] Finding judge_unreachable_redis(const std::string& where, const std::string& failure);

// "redis.…" each.
[[nodiscard]] Findings judge_redis(const RedisFacts& facts);

// What is in it.
struct DataFacts {
    bool indexed = true;
    std::int64_t accounts = 0;
    std::int64_t dead_letters = 0;                   // documents that were given up
    std::optional<EpochMillis> oldest_waiting_ms{};  // how long the first has been due for Audiobookshelf
};

// "data.…" and "outbox.…".
[[nodiscard]] Findings judge_data(const DataFacts& facts);

}  // namespace koshelf::core::doctor
