#include "core/doctor/redis.h"

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::core::doctor {
namespace {

using ::testing::HasSubstr;

RedisFacts healthy() {
    return {.where = "here",
            .version = "7.0.15",
            .role = "master",
            .latency_ms = 0.4,
            .clock_ahead_ms = 12,
            .used_bytes = 1'000'000,
            .limit_bytes = 1'000'000'000,
            .system_bytes = 8'000'000'000,
            .eviction = "noeviction",
            .append_only = true,
            .fsync = "everysec",
            .save = "900 1"};
}

const Finding& find(const Findings& findings, std::string_view name) {
    const auto found = std::ranges::find(findings, name, &Finding::name);
    EXPECT_NE(found, findings.end()) << name;
    return *found;
}

TEST(DoctorRedis, FindsNothingWrongWithOurOwn) {
    EXPECT_EQ(worst(judge_redis(healthy())), State::kOk);
}

struct Case {
    const char* name;
    State state;
    std::function<void(RedisFacts&)> change;
};

TEST(DoctorRedis, SaysWhatIsWrong) {
    const std::vector<Case> cases = {
        {"redis.version", State::kFailed, [](RedisFacts& f) { f.version = "6.0.16"; }},
        {"redis.version", State::kFailed, [](RedisFacts& f) { f.version = "unknown"; }},
        {"redis.version", State::kOk, [](RedisFacts& f) { f.version = "6.2.0"; }},
        {"redis.version", State::kOk, [](RedisFacts& f) { f.version = "10.0"; }},
        {"redis.kind", State::kFailed, [](RedisFacts& f) { f.cluster = true; }},
        {"redis.kind", State::kFailed, [](RedisFacts& f) { f.role = "slave"; }},
        {"redis.latency", State::kWarning, [](RedisFacts& f) { f.latency_ms = 150; }},
        {"redis.latency", State::kFailed, [](RedisFacts& f) { f.latency_ms = 900; }},
        {"redis.eviction", State::kFailed, [](RedisFacts& f) { f.eviction = "allkeys-lru"; }},
        {"redis.eviction", State::kWarning, [](RedisFacts& f) { f.eviction = "volatile-ttl"; }},
        {"redis.eviction", State::kWarning,
         [](RedisFacts& f) {
             f.eviction = "allkeys-lru";
             f.limit_bytes = 0;
         }},
        {"redis.eviction", State::kOk, [](RedisFacts& f) { f.eviction = ""; }},
        {"redis.memory", State::kOk, [](RedisFacts& f) { f.limit_bytes = f.system_bytes = 0; }},
        {"redis.memory", State::kOk, [](RedisFacts& f) { f.used_bytes = 890'000'000; }},
        {"redis.memory", State::kWarning, [](RedisFacts& f) { f.used_bytes = 950'000'000; }},
        {"redis.memory", State::kFailed, [](RedisFacts& f) { f.used_bytes = 1'100'000'000; }},
        {"redis.memory", State::kWarning,
         [](RedisFacts& f) {
             f.limit_bytes = 0;
             f.used_bytes = 7'500'000'000;
         }},
        {"redis.loading", State::kWarning, [](RedisFacts& f) { f.loading = true; }},
        {"redis.info", State::kWarning, [](RedisFacts& f) { f.told = false; }},
        {"redis.persistence", State::kOk, [](RedisFacts& f) { f.fsync = "always"; }},
        {"redis.persistence", State::kOk, [](RedisFacts& f) { f.fsync.reset(); }},
        {"redis.persistence", State::kWarning, [](RedisFacts& f) { f.fsync = "no"; }},
        {"redis.persistence", State::kWarning, [](RedisFacts& f) { f.append_only = false; }},
        {"redis.persistence", State::kFailed,
         [](RedisFacts& f) {
             f.append_only = false;
             f.save = "";
         }},
        {"redis.persistence", State::kWarning,
         [](RedisFacts& f) {
             f.append_only = false;
             f.save.reset();
         }},
        {"redis.persistence", State::kFailed, [](RedisFacts& f) { f.write_failed = true; }},
        {"redis.persistence", State::kWarning, [](RedisFacts& f) { f.rewrite_failed = true; }},
        // Then it takes no writes, unless it was told to.
        {"redis.persistence", State::kFailed, [](RedisFacts& f) { f.snapshot_failed = true; }},
        {"redis.persistence", State::kWarning,
         [](RedisFacts& f) {
             f.snapshot_failed = true;
             f.stops_writes = false;
         }},
        {"redis.persistence", State::kWarning,
         [](RedisFacts& f) {
             f.snapshot_failed = true;
             f.save = "";
         }},
        {"redis.persistence", State::kFailed,
         [](RedisFacts& f) {
             f.append_only = false;
             f.snapshot_failed = true;
         }},
        {"redis.clock", State::kWarning, [](RedisFacts& f) { f.clock_ahead_ms = -30'000; }},
        {"redis.clock", State::kFailed, [](RedisFacts& f) { f.clock_ahead_ms = 600'000; }},
    };
    for (const Case& each : cases) {
        RedisFacts facts = healthy();
        each.change(facts);
        const Findings findings = judge_redis(facts);
        const Finding& finding = find(findings, each.name);
        EXPECT_EQ(finding.state, each.state) << finding.message;
        EXPECT_EQ(finding.advice.empty(), each.state == State::kOk) << finding.message;
    }
}

TEST(DoctorRedis, ThatSaysNothingIsJudgedByHowFastItIs) {
    RedisFacts facts;
    facts.told = false;
    const Findings findings = judge_redis(facts);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].name, "redis.info");
    EXPECT_EQ(findings[1].name, "redis.latency");
}

TEST(DoctorRedis, CallsPersistenceByItsNames) {
    RedisFacts facts = healthy();
    EXPECT_EQ(persistence_of(facts), "aof everysec");
    facts.fsync.reset();
    EXPECT_EQ(persistence_of(facts), "aof");
    facts.append_only = false;
    EXPECT_EQ(persistence_of(facts), "rdb");
    facts.save = "";
    EXPECT_EQ(persistence_of(facts), "none");
    facts.save.reset();
    EXPECT_EQ(persistence_of(facts), "unknown");
}

TEST(DoctorRedis, ThatIsAwayIsAFailureWithItsReason) {
    const Finding finding = judge_unreachable_redis("10.0.0.1:6379 db 3", "Connection refused");
    EXPECT_EQ(finding.state, State::kFailed);
    EXPECT_THAT(finding.message, HasSubstr("Connection refused"));
    EXPECT_THAT(finding.message, HasSubstr("10.0.0.1:6379"));
}

TEST(DoctorData, IsJudged) {
    EXPECT_EQ(worst(judge_data({.indexed = true, .accounts = 3})), State::kOk);
    EXPECT_EQ(worst(judge_data({.indexed = false})), State::kWarning);
    EXPECT_THAT(judge_data({.dead_letters = 2}).back().message, HasSubstr("2 documents"));
    EXPECT_EQ(worst(judge_data({.oldest_waiting_ms = 60'000})), State::kOk);
    EXPECT_THAT(judge_data({.oldest_waiting_ms = 3'600'000}).back().message, HasSubstr("60 minutes"));
}

}  // namespace
}  // namespace koshelf::core::doctor
