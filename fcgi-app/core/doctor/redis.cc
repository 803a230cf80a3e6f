#include "core/doctor/redis.h"

#include <array>
#include <charconv>
#include <cstdlib>

#include "core/doctor/connection.h"

namespace koshelf::core::doctor {
namespace {

constexpr double kSlowMs = 50;
constexpr double kTooSlowMs = 800;  // after which a worker gives up
constexpr double kFullShare = 0.9;
constexpr EpochMillis kWaitingTooLong = EpochMillis{15} * 60 * 1000;

// The first two numbers of "7.0.15".
std::array<int, 2> numbers_of(std::string_view version) {
    std::array<int, 2> numbers{};
    for (int& number : numbers) {
        const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), number);
        version.remove_prefix(static_cast<std::size_t>(end - version.data()));
        if (error != std::errc() || !version.starts_with('.')) break;
        version.remove_prefix(1);
    }
    return numbers;
}

Finding judge_version(const RedisFacts& facts) {
    constexpr std::array<int, 2> kOldest = {6, 2};
    if (numbers_of(facts.version) < kOldest) {
        return {"redis.version", State::kFailed, "Redis " + facts.version + " is too old.",
                "Use version 6.2 or newer."};
    }
    return {"redis.version", State::kOk, "Redis " + facts.version + " at " + facts.where + "."};
}

Finding judge_kind(const RedisFacts& facts) {
    if (facts.cluster) {
        return {"redis.kind", State::kFailed,
                "That Redis is a cluster, which spreads the keys of an account.",
                "Use a single Redis, or one with replicas."};
    }
    if (facts.role != "master") {
        return {"redis.kind", State::kFailed, "That Redis is a replica: it takes no writes.",
                "Point REDIS_URL to the Redis that it copies."};
    }
    return {"redis.kind", State::kOk, "It takes writes."};
}

Finding judge_latency(const RedisFacts& facts) {
    const std::string took =
        "It answers within " + std::to_string(static_cast<int>(facts.latency_ms) + 1) + " ms";
    if (facts.latency_ms > kTooSlowMs) {
        return {"redis.latency", State::kFailed, took + ", later than a worker waits.",
                "Put it nearer, or see what keeps it busy: its disk, another program, a full machine."};
    }
    if (facts.latency_ms > kSlowMs) {
        return {"redis.latency", State::kWarning, took + ".",
                "Each request of a device waits for it once. Is it on another continent, or very busy?"};
    }
    return {"redis.latency", State::kOk, took + "."};
}

Finding judge_eviction(const RedisFacts& facts) {
    if (facts.eviction == "noeviction" || facts.eviction.empty())
        return {"redis.eviction", State::kOk, "A full Redis refuses writes, and drops nothing."};
    const std::string what = "maxmemory-policy is " + facts.eviction;
    if (facts.limit_bytes > 0) {
        return {"redis.eviction", State::kFailed,
                what + ": when Redis is full, it drops accounts and positions.",
                "Set maxmemory-policy noeviction in redis.conf."};
    }
    return {"redis.eviction", State::kWarning,
            what + ": should somebody set maxmemory, Redis would drop accounts and positions.",
            "Set maxmemory-policy noeviction in redis.conf."};
}

Finding judge_memory(const RedisFacts& facts) {
    const std::string used = bytes_for_people(facts.used_bytes);
    if (facts.limit_bytes <= 0) return {"redis.memory", State::kOk, "It uses " + used + ", without a limit."};
    const std::string of = used + " of " + bytes_for_people(facts.limit_bytes);
    if (facts.used_bytes > facts.limit_bytes * kFullShare) {
        return {"redis.memory", facts.used_bytes > facts.limit_bytes ? State::kFailed : State::kWarning,
                "It uses " + of + ". When it is full, pushes are refused.",
                "Raise KOSHELF_REDIS_MAXMEMORY (of your own Redis: maxmemory), or delete what nobody uses: "
                "koshelf-ctl purge."};
    }
    return {"redis.memory", State::kOk, "It uses " + of + "."};
}

Finding judge_persistence(const RedisFacts& facts) {
    constexpr const char* kName = "redis.persistence";
    if (facts.write_failed || facts.snapshot_failed || facts.rewrite_failed) {
        return {kName, facts.append_only && !facts.write_failed ? State::kWarning : State::kFailed,
                facts.write_failed ? "Redis could not write its append-only file."
                                   : "Redis could not write its last snapshot.",
                "Its log says why: mostly the disk is full, or the memory is too small for a copy of the "
                "process."};
    }
    if (facts.append_only) {
        const std::string fsync = facts.fsync.value_or("everysec");
        if (fsync == "no") {
            return {
                kName, State::kWarning,
                "The append-only file is written when the system finds time: a power cut loses up to half a "
                "minute.",
                "Set appendfsync everysec, or always."};
        }
        return {kName, State::kOk,
                fsync == "always" ? "Each push is on the disk before it is answered."
                                  : "A power cut loses the last second or two, a crash nothing."};
    }
    if (!facts.save) {
        return {kName, State::kWarning,
                "Redis keeps no append-only file, and does not say whether it makes snapshots.",
                "Switch appendonly on, or ask whoever runs that Redis."};
    }
    if (facts.save->empty()) {
        return {kName, State::kFailed, "Redis keeps nothing on the disk: a restart loses every position.",
                "Set appendonly yes in redis.conf (CONFIG SET appendonly yes on one that runs)."};
    }
    return {kName, State::kWarning,
            "Redis only makes snapshots: a crash loses what was pushed since the last one.",
            "Set appendonly yes in redis.conf (CONFIG SET appendonly yes on one that runs)."};
}

}  // namespace

Finding judge_unreachable_redis(const std::string& where, const std::string& failure) {
    return {"redis.reachable", State::kFailed, "Redis at " + where + " cannot be asked: " + failure + ".",
            "Is it running, and does REDIS_URL name its address, user and password? Devices keep what they "
            "cannot push "
            "for four weeks."};
}

Findings judge_redis(const RedisFacts& facts) {
    return {judge_version(facts),
            judge_kind(facts),
            judge_latency(facts),
            judge_eviction(facts),
            judge_memory(facts),
            judge_persistence(facts),
            judge_clock("redis.clock", "Redis", facts.clock_ahead_ms)};
}

Findings judge_data(const DataFacts& facts) {
    Findings findings;
    if (facts.indexed) {
        findings.push_back(
            {"data.indexes", State::kOk,
             "The indexes are built; there are " + std::to_string(facts.accounts) + " accounts."});
    } else {
        findings.push_back(
            {"data.indexes", State::kWarning, "The indexes are not built yet.",
             "The server does that by itself when it has started; koshelf-ctl reindex does it now."});
    }
    if (facts.dead_letters > 0) {
        findings.push_back({"data.outbox", State::kWarning,
                            std::to_string(facts.dead_letters) +
                                " documents could not be brought to Audiobookshelf, and were given up.",
                            "koshelf-ctl outbox says why."});
    }
    if (facts.oldest_waiting_ms.value_or(0) > kWaitingTooLong) {
        findings.push_back(
            {"data.outbox", State::kWarning,
             "Positions have waited for Audiobookshelf for " +
                 std::to_string(*facts.oldest_waiting_ms / 60'000) + " minutes.",
             "Is the bridge running, and does Audiobookshelf answer? koshelf-ctl outbox says what waits."});
    }
    return findings;
}

}  // namespace koshelf::core::doctor
