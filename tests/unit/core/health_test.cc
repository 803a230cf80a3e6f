#include "core/health.h"

#include <functional>

#include <gtest/gtest.h>

namespace koshelf::core {
namespace {

// A server that has nothing to complain about.
HealthFacts well() {
    HealthFacts facts;
    facts.redis = {.told = true,
                   .version = "7.0.15",
                   .memory_bytes = 1'000'000,
                   .memory_limit_bytes = 0,
                   .system_bytes = 8'000'000'000,
                   .persistence = Persistence::kLogEverySecond,
                   .eviction = "noeviction",
                   .latency_ms = 0.2};
    facts.bridge.sync = facts.bridge.library = true;
    facts.audiobookshelf.configured = true;
    return facts;
}

TEST(Health, OfAServerThatIsWellNothingIsSaid) {
    EXPECT_TRUE(judge(well()).empty());
}

struct Case {
    const char* name;  // of the only problem; "": none
    Severity severity;
    std::function<void(HealthFacts&)> change;
    const char* words;  // that the message has
};

const std::vector<Case> kCases = {
    {"redis", Severity::kWarning, [](auto& f) { f.redis = RedisHealth{}; }, "INFO"},
    {"persistence", Severity::kFailed, [](auto& f) { f.redis.persistence = Persistence::kNone; },
     "appendonly yes"},
    {"persistence", Severity::kWarning, [](auto& f) { f.redis.persistence = Persistence::kSnapshots; },
     "snapshots"},
    {"persistence", Severity::kWarning, [](auto& f) { f.redis.persistence = Persistence::kLogSometimes; },
     "appendfsync"},
    {"", {}, [](auto& f) { f.redis.persistence = Persistence::kLogAlways; }, ""},
    {"", {}, [](auto& f) { f.redis.persistence = Persistence::kLog; }, ""},
    {"", {}, [](auto& f) { f.redis.persistence = Persistence::kUnknown; }, ""},
    {"disk", Severity::kFailed, [](auto& f) { f.redis.disk_failed = true; }, "disk"},
    {"eviction", Severity::kFailed,
     [](auto& f) {
         f.redis.eviction = "allkeys-lru";
         f.redis.memory_limit_bytes = 100'000'000;
     },
     "maxmemory-policy is allkeys-lru: set it to noeviction"},
    {"eviction", Severity::kWarning, [](auto& f) { f.redis.eviction = "allkeys-random"; }, "noeviction"},
    {"eviction", Severity::kWarning,
     [](auto& f) {
         f.redis.eviction = "volatile-lru";
         f.redis.memory_limit_bytes = 100'000'000;
     },
     "noeviction"},
    {"", {}, [](auto& f) { f.redis.eviction.clear(); }, ""},
    {"memory", Severity::kFailed,
     [](auto& f) {
         f.redis.memory_bytes = 90;
         f.redis.memory_limit_bytes = 100;
     },
     "maxmemory"},
    {"",
     {},
     [](auto& f) {
         f.redis.memory_bytes = 89;
         f.redis.memory_limit_bytes = 100;
     },
     ""},
    {"memory", Severity::kWarning, [](auto& f) { f.redis.system_bytes = 1'100'000; }, "machine"},
    {"", {}, [](auto& f) { f.redis.system_bytes = 0; }, ""},
    {"replica", Severity::kFailed, [](auto& f) { f.redis.replica = true; }, "REDIS_URL"},
    {"loading", Severity::kWarning, [](auto& f) { f.redis.loading = true; }, "reading"},
    {"latency", Severity::kWarning, [](auto& f) { f.redis.latency_ms = 250.7; }, "250 ms"},
    {"indexes", Severity::kWarning, [](auto& f) { f.indexed = false; }, "looked through"},
    {"bridge", Severity::kFailed, [](auto& f) { f.bridge.sync = false; }, "koshelf-bridge"},
    {"library", Severity::kWarning, [](auto& f) { f.bridge.library = false; }, "koshelf-bridge"},
    {"settings", Severity::kWarning,
     [](auto& f) { f.audiobookshelf.settings = {"AUDIOBOOKSHELF_USER_MAP is no JSON."}; },
     "AUDIOBOOKSHELF_USER_MAP"},
    {"audiobookshelf", Severity::kFailed, [](auto& f) { f.audiobookshelf.trouble = "Nothing answers."; },
     "Nothing answers."},
    {"breaker", Severity::kWarning, [](auto& f) { f.audiobookshelf.breaker_open = true; }, "five minutes"},
    {"feeds", Severity::kWarning,
     [](auto& f) { f.audiobookshelf.silent = {"a", "b", "c", "d", "e", "f", "g"}; }, "e and 2 more"},
    {"waiting", Severity::kWarning, [](auto& f) { f.overdue_ms = 600'000; }, "10 min"},
    {"", {}, [](auto& f) { f.overdue_ms = 60'000; }, ""},
    {"dead", Severity::kWarning, [](auto& f) { f.dead_letters = 1; }, "One position was"},
    {"dead", Severity::kWarning, [](auto& f) { f.dead_letters = 3; }, "3 positions were"},
};

TEST(Health, EachTroubleIsNamedWithWhatToDo) {
    for (const Case& each : kCases) {
        HealthFacts facts = well();
        each.change(facts);
        const auto problems = judge(facts);
        if (*each.name == '\0') {
            EXPECT_TRUE(problems.empty()) << problems.front().name;
            continue;
        }
        ASSERT_EQ(problems.size(), 1U) << each.name;
        EXPECT_EQ(problems[0].name, each.name);
        EXPECT_EQ(problems[0].severity, each.severity) << each.name;
        EXPECT_NE(problems[0].message.find(each.words), std::string::npos) << problems[0].message;
    }
}

TEST(Health, WithoutAudiobookshelfNobodyMissesTheBridge) {
    HealthFacts facts = well();
    facts.audiobookshelf.configured = false;
    facts.bridge.sync = facts.bridge.library = false;
    facts.overdue_ms = 600'000;
    EXPECT_TRUE(judge(facts).empty());
}

TEST(Health, WhileNothingCanCrossOnlyTheCauseIsSaid) {
    HealthFacts facts = well();
    facts.overdue_ms = 600'000;
    facts.audiobookshelf.silent = {"ann"};
    facts.audiobookshelf.trouble = "Nothing answers.";
    ASSERT_EQ(judge(facts).size(), 1U);
    EXPECT_EQ(judge(facts)[0].name, "audiobookshelf");
    facts.audiobookshelf.trouble.clear();
    facts.bridge.sync = false;
    ASSERT_EQ(judge(facts).size(), 1U);
    EXPECT_EQ(judge(facts)[0].name, "bridge");
}

TEST(Health, WhatMustBeMendedComesFirst) {
    HealthFacts facts = well();
    facts.redis.latency_ms = 300;
    facts.dead_letters = 2;
    facts.bridge.sync = false;
    const auto problems = judge(facts);
    ASSERT_EQ(problems.size(), 3U);
    EXPECT_EQ(problems[0].name, "bridge");
    EXPECT_EQ(problems[1].part, "redis");
    EXPECT_EQ(problems[2].part, "outbox");
}

TEST(Health, PersistenceHasItsNames) {
    EXPECT_EQ(to_string(Persistence::kUnknown), "unknown");
    EXPECT_EQ(to_string(Persistence::kNone), "none");
    EXPECT_EQ(to_string(Persistence::kSnapshots), "rdb");
    EXPECT_EQ(to_string(Persistence::kLog), "aof");
    EXPECT_EQ(to_string(Persistence::kLogSometimes), "aof no");
    EXPECT_EQ(to_string(Persistence::kLogEverySecond), "aof everysec");
    EXPECT_EQ(to_string(Persistence::kLogAlways), "aof always");
}

}  // namespace
}  // namespace koshelf::core
