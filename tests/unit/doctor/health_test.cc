#include "core/doctor/health.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::core::doctor {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

// A server that has nothing to complain about.
HealthFacts well() {
    HealthFacts facts;
    facts.redis = {.where = "here",
                   .version = "7.0.15",
                   .role = "master",
                   .latency_ms = 0.2,
                   .used_bytes = 1'000'000,
                   .system_bytes = 8'000'000'000,
                   .eviction = "noeviction",
                   .append_only = true,
                   .fsync = "everysec",
                   .save = "900 1"};
    facts.bridge.sync = facts.bridge.library = true;
    facts.audiobookshelf.configured = true;
    return facts;
}

TEST(Health, OfAServerThatIsWellNothingIsSaid) {
    EXPECT_THAT(judge_health(well()), ElementsAre());
}

struct Case {
    const char* name;  // of the only problem
    State state;
    std::function<void(HealthFacts&)> change;
    const char* words;  // that the message has
};

const std::vector<Case> kCases = {
    {"redis.persistence", State::kFailed, [](auto& f) { f.redis.write_failed = true; }, "refuses pushes"},
    {"data.indexes", State::kWarning, [](auto& f) { f.data.indexed = false; }, "not complete"},
    {"bridge.sync", State::kFailed, [](auto& f) { f.bridge.sync = false; }, "No bridge"},
    {"bridge.library", State::kWarning, [](auto& f) { f.bridge.library = false; }, "libraries"},
    {"audiobookshelf.settings", State::kWarning,
     [](auto& f) { f.audiobookshelf.settings = {"AUDIOBOOKSHELF_USER_MAP is no JSON."}; },
     "AUDIOBOOKSHELF_USER_MAP"},
    {"audiobookshelf.reachable", State::kFailed,
     [](auto& f) { f.audiobookshelf.trouble = "Nothing answers."; }, "Nothing answers."},
    {"audiobookshelf.breaker", State::kWarning, [](auto& f) { f.audiobookshelf.breaker_open = true; },
     "not kept waiting"},
    {"audiobookshelf.feeds", State::kWarning,
     [](auto& f) { f.audiobookshelf.silent = {"a", "b", "c", "d", "e", "f", "g"}; }, "e and 2 more"},
    {"outbox.waiting", State::kWarning, [](auto& f) { f.data.oldest_waiting_ms = 600'000; }, "10 minutes"},
    {"outbox.dead", State::kWarning, [](auto& f) { f.data.dead_letters = 1; }, "one document was"},
    {"outbox.dead", State::kWarning, [](auto& f) { f.data.dead_letters = 3; }, "3 documents were"},
};

TEST(Health, EachTroubleIsNamed) {
    for (const Case& each : kCases) {
        HealthFacts facts = well();
        each.change(facts);
        const Findings problems = judge_health(facts);
        ASSERT_EQ(problems.size(), 1U) << each.name;
        EXPECT_EQ(problems[0].name, each.name);
        EXPECT_EQ(problems[0].state, each.state) << each.name;
        EXPECT_THAT(problems[0].message, HasSubstr(each.words));
    }
}

TEST(Health, WithoutAudiobookshelfNobodyMissesTheBridge) {
    HealthFacts facts = well();
    facts.audiobookshelf.configured = false;
    facts.bridge.sync = facts.bridge.library = false;
    facts.data.oldest_waiting_ms = 600'000;
    EXPECT_THAT(judge_health(facts), ElementsAre());
}

TEST(Health, WhileNothingCanCrossOnlyTheCauseIsSaid) {
    HealthFacts facts = well();
    facts.data.oldest_waiting_ms = 600'000;
    facts.audiobookshelf.silent = {"ann"};
    facts.audiobookshelf.trouble = "Nothing answers.";
    EXPECT_THAT(judge_health(facts), ElementsAre(Field(&Finding::name, "audiobookshelf.reachable")));
    facts.audiobookshelf.trouble.clear();
    facts.bridge.sync = false;
    EXPECT_THAT(judge_health(facts), ElementsAre(Field(&Finding::name, "bridge.sync")));
}

TEST(Health, WhatMustBeMendedComesFirst) {
    HealthFacts facts = well();
    facts.redis.latency_ms = 300;
    facts.data.dead_letters = 2;
    facts.bridge.sync = false;
    EXPECT_THAT(judge_health(facts),
                ElementsAre(Field(&Finding::name, "bridge.sync"), Field(&Finding::name, "redis.latency"),
                            Field(&Finding::name, "outbox.dead")));
}

}  // namespace
}  // namespace koshelf::core::doctor
