#include "core/doctor/redis.h"

#include <array>
#include <charconv>
#include <cstdlib>

#include "core/doctor/connection.h"

namespace koshelf::core::doctor {
namespace {

constexpr double kSlowMs = 100;           // a device's request is one round trip
constexpr double kTooSlowMs = 800;        // after which a worker gives up
constexpr std::int64_t kNearlyFull = 90;  // percent
constexpr EpochMillis kWaitingTooLong = EpochMillis{5} * 60 * 1000;

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
    if (facts.role == "slave") {
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
    constexpr const char* kName = "redis.eviction";
    if (facts.eviction == "noeviction" || facts.eviction.empty())
        return {kName, State::kOk, "A full Redis refuses writes, and drops nothing."};
    const std::string what = "maxmemory-policy is " + facts.eviction;
    const std::string advice = "Set maxmemory-policy noeviction in redis.conf.";
    // Positions have no time at which they expire; what coordinates the processes has one.
    if (facts.eviction.starts_with("volatile-"))
        return {kName, State::kWarning, what + ": a full Redis forgets which process does what.", advice};
    if (facts.limit_bytes > 0) {
        return {kName, State::kFailed, what + ": when Redis is full, it drops accounts and positions.",
                advice};
    }
    return {kName, State::kWarning,
            what + ": should somebody set maxmemory, Redis would drop accounts and positions.", advice};
}

Finding judge_memory(const RedisFacts& facts) {
    constexpr const char* kName = "redis.memory";
    const auto bytes = [](std::int64_t count) { return bytes_for_people(static_cast<double>(count)); };
    const auto nearly = [&facts](std::int64_t all) {
        return all > 0 && facts.used_bytes >= all / 100 * kNearlyFull;
    };
    const std::string used = "It uses " + bytes(facts.used_bytes);
    if (facts.limit_bytes > 0 && nearly(facts.limit_bytes)) {
        return {kName, facts.used_bytes >= facts.limit_bytes ? State::kFailed : State::kWarning,
                used + " of the " + bytes(facts.limit_bytes) +
                    " that it may use. When it is full, pushes are refused.",
                "Raise KOSHELF_REDIS_MAXMEMORY (of your own Redis: maxmemory), or delete what nobody uses: "
                "koshelf-ctl purge."};
    }
    if (nearly(facts.system_bytes)) {
        return {kName, State::kWarning,
                used + ", nearly all of the " + bytes(facts.system_bytes) + " of its machine.",
                "Give that machine more, or delete what nobody uses: koshelf-ctl purge."};
    }
    return {kName, State::kOk,
            used + (facts.limit_bytes > 0 ? " of " + bytes(facts.limit_bytes) + "." : ", without a limit.")};
}

// What a write that failed means depends on what else there is.
Finding judge_failed_write(const RedisFacts& facts) {
    const bool snapshots = !facts.save || !facts.save->empty();
    const bool refuses = facts.write_failed || (facts.snapshot_failed && snapshots && facts.stops_writes);
    const std::string what = facts.write_failed      ? "Redis could not write its append-only file"
                             : facts.snapshot_failed ? "Redis could not write its last snapshot"
                                                     : "Redis could not write its append-only file anew";
    return {"redis.persistence", refuses || !facts.append_only ? State::kFailed : State::kWarning,
            what + (refuses ? ", and refuses pushes." : "."),
            "Its log says why: mostly the disk is full, or the memory is too small for a copy of the "
            "process."};
}

Finding judge_persistence(const RedisFacts& facts) {
    constexpr const char* kName = "redis.persistence";
    if (facts.write_failed || facts.snapshot_failed || facts.rewrite_failed) return judge_failed_write(facts);
    const std::string kind = persistence_of(facts);
    if (kind == "aof always") return {kName, State::kOk, "Each push is on the disk before it is answered."};
    if (kind == "aof no") {
        return {kName, State::kWarning,
                "The append-only file is written when the system finds time: a power cut loses up to half a "
                "minute.",
                "Set appendfsync everysec, or always."};
    }
    if (facts.append_only)
        return {kName, State::kOk, "A power cut loses the last second or two, a crash nothing."};
    if (kind == "unknown") {
        return {kName, State::kWarning,
                "Redis keeps no append-only file, and does not say whether it makes snapshots.",
                "Switch appendonly on, or ask whoever runs that Redis."};
    }
    const std::string advice =
        "Set appendonly yes in redis.conf (CONFIG SET appendonly yes on one that runs).";
    if (kind == "none") {
        return {kName, State::kFailed, "Redis keeps nothing on the disk: a restart loses every position.",
                advice};
    }
    return {kName, State::kWarning,
            "Redis only makes snapshots: a crash loses what was pushed since the last one.", advice};
}

}  // namespace

std::string persistence_of(const RedisFacts& facts) {
    if (facts.append_only) return facts.fsync ? "aof " + *facts.fsync : "aof";
    if (!facts.save) return "unknown";
    return facts.save->empty() ? "none" : "rdb";
}

Finding judge_unreachable_redis(const std::string& where, const std::string& failure) {
    return {"redis.reachable", State::kFailed, "Redis at " + where + " cannot be asked: " + failure + ".",
            "Is it running, and does REDIS_URL name its address, user and password? Devices keep what they "
            "cannot push "
            "for four weeks."};
}

Findings judge_redis(const RedisFacts& facts) {
    Findings findings;
    if (facts.told) {
        findings = {judge_version(facts),  judge_kind(facts),   judge_latency(facts),
                    judge_eviction(facts), judge_memory(facts), judge_persistence(facts)};
    } else {
        findings = {{"redis.info", State::kWarning,
                     "Redis does not say how it is: whether it keeps positions safe is not known.",
                     "Let its user ask for INFO (ACL SETUSER … +info)."},
                    judge_latency(facts)};
    }
    if (facts.loading) {
        findings.push_back(
            {"redis.loading", State::kWarning, "Redis is still reading its data.", "This ends by itself."});
    }
    if (facts.clock_ahead_ms) findings.push_back(judge_clock("redis.clock", "Redis", *facts.clock_ahead_ms));
    return findings;
}

Findings judge_data(const DataFacts& facts) {
    Findings findings;
    if (facts.indexed) {
        findings.push_back(
            {"data.indexes", State::kOk,
             "The indexes are built; there are " + std::to_string(facts.accounts) + " accounts."});
    } else {
        findings.push_back({"data.indexes", State::kWarning,
                            "The indexes are not built yet: lists are not complete.",
                            "The server does that by itself when it has started; koshelf-ctl reindex does "
                            "it now."});
    }
    if (facts.dead_letters > 0) {
        const std::string many = std::to_string(facts.dead_letters);
        findings.push_back({"outbox.dead", State::kWarning,
                            (facts.dead_letters == 1 ? "The position of one document was"
                                                     : "The positions of " + many + " documents were") +
                                " given up on the way to Audiobookshelf.",
                            "The health page of the console and koshelf-ctl outbox say why: mend that, and "
                            "have them tried again."});
    }
    if (facts.oldest_waiting_ms.value_or(0) >= kWaitingTooLong) {
        findings.push_back(
            {"outbox.waiting", State::kWarning,
             "Positions have waited for Audiobookshelf for " +
                 std::to_string(*facts.oldest_waiting_ms / 60'000) + " minutes.",
             "Does the bridge run, and does Audiobookshelf answer? Its log and koshelf-ctl outbox say what "
             "waits."});
    }
    return findings;
}

}  // namespace koshelf::core::doctor
