// Health: what is wrong with this server and what is around it, judged by facts that others have gathered.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace koshelf::core {

// What of Redis survives its end, by how it writes to its disk.
enum class Persistence {
    kUnknown,         // it does not say
    kNone,            // nothing
    kSnapshots,       // what it had minutes ago
    kLog,             // an append-only file, of which it does not say how often it is flushed
    kLogSometimes,    // … when the system feels like it
    kLogEverySecond,  // … every second
    kLogAlways,       // … before each answer
};

// "unknown", "none", "rdb", "aof", "aof no", "aof everysec", "aof always".
[[nodiscard]] std::string_view to_string(Persistence persistence);

struct RedisHealth {
    bool told = false;  // it lets itself be asked; if not, nothing of the following is known
    std::string version{};
    std::int64_t memory_bytes = 0;        // used
    std::int64_t memory_limit_bytes = 0;  // 0: no limit
    std::int64_t system_bytes = 0;        // of its machine; 0: not known
    Persistence persistence = Persistence::kUnknown;
    bool disk_failed = false;  // the last time that it wrote to its disk it could not
    std::string eviction{};    // its maxmemory-policy
    bool loading = false;
    bool replica = false;  // of another one, so that it takes no writes
    std::int64_t replicas = 0;
    double latency_ms = 0;  // of one round trip; known in any case
};

struct HealthFacts {
    RedisHealth redis{};
    bool indexed = true;
    struct {
        bool sync = false;     // somebody carries positions over
        bool library = false;  // somebody looks after the libraries
    } bridge{};
    struct {
        bool configured = false;
        std::string trouble{};                // why it does not answer, a sentence; "" if it does
        bool breaker_open = false;            // devices do not wait for it at the moment
        std::vector<std::string> silent{};    // whose feed is not live, by name
        std::vector<std::string> settings{};  // what of them makes no sense, a sentence each
    } audiobookshelf{};
    std::int64_t overdue_ms = 0;    // for how long the oldest in an outbox has been due
    std::int64_t dead_letters = 0;  // what was given up
};

enum class Severity { kFailed, kWarning };

struct HealthProblem {
    std::string_view part;  // of what: "redis", "indexes", "bridge", "audiobookshelf", "outbox"
    std::string_view name;  // for machines: "eviction"
    Severity severity = Severity::kWarning;
    std::string message;  // what is wrong and what to do, for people
};

// Nothing if all is well; what must be mended comes first.
[[nodiscard]] std::vector<HealthProblem> judge(const HealthFacts& facts);

}  // namespace koshelf::core
