#include "core/health.h"

#include <algorithm>
#include <array>
#include <utility>

namespace koshelf::core {
namespace {

constexpr double kSlowMillis = 100;       // a device's request is one round trip
constexpr std::int64_t kNearlyFull = 90;  // percent
constexpr std::int64_t kWaitsLong = 120'000;
constexpr std::size_t kNamesShown = 5;

class Findings {
  public:
    // What is found from now on is found there.
    void look_at(std::string_view part) { part_ = part; }
    void failed(std::string_view name, std::string message) {
        problems_.push_back({part_, name, Severity::kFailed, std::move(message)});
    }
    void warning(std::string_view name, std::string message) {
        problems_.push_back({part_, name, Severity::kWarning, std::move(message)});
    }
    [[nodiscard]] std::vector<HealthProblem> finish() {
        std::stable_partition(problems_.begin(), problems_.end(),
                              [](const HealthProblem& each) { return each.severity == Severity::kFailed; });
        return std::move(problems_);
    }

  private:
    std::string_view part_;
    std::vector<HealthProblem> problems_;
};

void look_at_persistence(const RedisHealth& redis, Findings& findings) {
    switch (redis.persistence) {
        case Persistence::kNone:
            findings.failed("persistence",
                            "Redis keeps nothing on its disk: when it ends, all positions are gone. Set "
                            "appendonly yes in redis.conf.");
            break;
        case Persistence::kSnapshots:
            findings.warning("persistence",
                             "Redis writes snapshots only: when it ends, the positions of the last minutes "
                             "are gone. Set appendonly yes in redis.conf.");
            break;
        case Persistence::kLogSometimes:
            findings.warning("persistence",
                             "Redis leaves it to the system when its file reaches the disk: when the machine "
                             "ends, the last half minute is gone. Set appendfsync everysec or always.");
            break;
        case Persistence::kUnknown:
        case Persistence::kLog:
        case Persistence::kLogEverySecond:
        case Persistence::kLogAlways: break;
    }
    if (redis.disk_failed)
        findings.failed("disk", "Redis cannot write to its disk, and may refuse pushes. Is the disk full?");
}

void look_at_eviction(const RedisHealth& redis, Findings& findings) {
    if (redis.eviction.empty() || redis.eviction == "noeviction") return;
    const std::string what = "maxmemory-policy is " + redis.eviction + ": set it to noeviction.";
    // Positions have no time at which they expire; what coordinates the processes has one.
    if (redis.eviction.starts_with("volatile-")) {
        findings.warning("eviction",
                         "When its memory is full, Redis forgets which process does what. " + what);
    } else if (redis.memory_limit_bytes == 0) {
        findings.warning("eviction",
                         "Once it is given a limit of memory, Redis throws positions away. " + what);
    } else {
        findings.failed("eviction", "When its memory is full, Redis throws positions away. " + what);
    }
}

void look_at_memory(const RedisHealth& redis, Findings& findings) {
    const bool limited = redis.memory_limit_bytes > 0;
    const std::int64_t all = limited ? redis.memory_limit_bytes : redis.system_bytes;
    if (all <= 0 || redis.memory_bytes * 100 < all * kNearlyFull) return;
    if (limited) {
        findings.failed("memory",
                        "The memory that Redis may use is nearly full; then it refuses pushes. Raise "
                        "maxmemory.");
    } else {
        findings.warning("memory", "Redis has nearly all of its machine's memory. Give it more.");
    }
}

void look_at_redis(const RedisHealth& redis, Findings& findings) {
    if (!redis.told) {
        findings.warning("redis",
                         "Redis does not say how it is: its user may not use INFO. Whether it keeps "
                         "positions safe is not known.");
    } else {
        if (redis.replica) {
            findings.failed(
                "replica",
                "This Redis is a replica, which takes no pushes. Set REDIS_URL to the one that it "
                "follows.");
        }
        if (redis.loading) findings.warning("loading", "Redis is still reading its data.");
        look_at_persistence(redis, findings);
        look_at_eviction(redis, findings);
        look_at_memory(redis, findings);
    }
    if (redis.latency_ms >= kSlowMillis) {
        findings.warning("latency", "Redis takes " + std::to_string(static_cast<int>(redis.latency_ms)) +
                                        " ms to answer, and each device waits for that. Is its machine busy, "
                                        "or far away?");
    }
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kNamesShown); ++i)
        text += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > kNamesShown) text += " and " + std::to_string(names.size() - kNamesShown) + " more";
    return text;
}

void look_at_bridge(const HealthFacts& facts, Findings& findings) {
    findings.look_at("bridge");
    if (!facts.bridge.sync) {
        findings.failed("bridge",
                        "No bridge is running: nothing travels between readers and Audiobookshelf. Start "
                        "koshelf-bridge. What devices push waits until then.");
    }
    if (!facts.bridge.library) {
        findings.warning("library",
                         "Nobody looks through the libraries: new books are not linked and their texts not "
                         "read. Start koshelf-bridge.");
    }
}

void look_at_audiobookshelf(const HealthFacts& facts, Findings& findings) {
    const auto& there = facts.audiobookshelf;
    findings.look_at("audiobookshelf");
    for (const std::string& sentence : there.settings) findings.warning("settings", sentence);
    if (!there.configured) return;
    if (!there.trouble.empty()) {
        findings.failed("audiobookshelf", there.trouble);
    } else if (facts.bridge.sync && !there.silent.empty()) {
        findings.warning("feeds",
                         "Audiobookshelf does not tell by itself what these listen to; it is asked instead, "
                         "which is slower: " +
                             listed(there.silent) + ". Try the connection of each in the settings.");
    }
    if (there.breaker_open) {
        findings.warning("breaker",
                         "Devices are not kept waiting for Audiobookshelf at the moment, because it has just "
                         "not answered. It is asked again within five minutes.");
    }
}

void look_at_outbox(const HealthFacts& facts, Findings& findings) {
    findings.look_at("outbox");
    // While nobody could bring it over, that is what has to be said.
    const bool could = facts.bridge.sync && facts.audiobookshelf.trouble.empty();
    if (facts.audiobookshelf.configured && could && facts.overdue_ms >= kWaitsLong) {
        findings.warning("waiting", "Positions have been waiting for Audiobookshelf for " +
                                        std::to_string(facts.overdue_ms / 60'000) +
                                        " min. The bridge's log says why.");
    }
    if (facts.dead_letters > 0) {
        const std::string many = std::to_string(facts.dead_letters);
        findings.warning("dead",
                         (facts.dead_letters == 1 ? "One position was" : many + " positions were") +
                             " given up on the way to Audiobookshelf. See the reasons, mend what they "
                             "name, and try again.");
    }
}

}  // namespace

std::string_view to_string(Persistence persistence) {
    constexpr std::array<std::string_view, 7> kNames = {"unknown", "none",         "rdb",       "aof",
                                                        "aof no",  "aof everysec", "aof always"};
    return kNames.at(static_cast<std::size_t>(persistence));
}

std::vector<HealthProblem> judge(const HealthFacts& facts) {
    Findings findings;
    findings.look_at("redis");
    look_at_redis(facts.redis, findings);
    findings.look_at("indexes");
    if (!facts.indexed) {
        findings.warning("indexes",
                         "The data is still being looked through: lists are not complete yet. This ends by "
                         "itself.");
    }
    if (facts.audiobookshelf.configured) look_at_bridge(facts, findings);
    look_at_audiobookshelf(facts, findings);
    look_at_outbox(facts, findings);
    return findings.finish();
}

}  // namespace koshelf::core
