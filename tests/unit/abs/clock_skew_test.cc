#include "abs/clock_skew.h"

#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

namespace koshelf::abs {
namespace {

constexpr std::int64_t kStart = 1795485600000;

TEST(ClockSkew, KnowsNothingBeforeItHasSeenSomething) {
    const ClockSkew skew;
    EXPECT_FALSE(skew.estimate(kStart).has_value());
    EXPECT_EQ(skew.to_local(5), 5);
    EXPECT_EQ(skew.to_server(5), 5);
}

TEST(ClockSkew, IsAboutHalfASecondSureAfterOneExchange) {
    ClockSkew skew;
    skew.observe(kStart, kStart + 480, kStart + 500);
    const auto estimate = skew.estimate(kStart + 500);
    ASSERT_TRUE(estimate.has_value());
    EXPECT_LE(std::llabs(estimate->offset), estimate->uncertainty);
    EXPECT_LE(estimate->uncertainty, 600);
}

// Exchanges at random moments with a server that is `offset` ahead; its answer takes up to `latency` each
// way.
struct World {
    std::int64_t offset;
    std::int64_t latency;
    std::mt19937 random{42};
    std::int64_t now = kStart;

    std::int64_t up_to(std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(0, most)(random);
    }
    void exchange(ClockSkew& skew) {
        now += 1000 + up_to(30000);
        const std::int64_t sent = now;
        now += up_to(latency);
        const std::int64_t date = (now + offset) / 1000 * 1000;
        now += up_to(latency);
        skew.observe(date, sent, now);
    }
};

TEST(ClockSkew, NarrowsWithEveryExchangeAndIsNeverWrongByMoreThanItSays) {
    for (const std::int64_t offset :
         std::initializer_list<std::int64_t>{0, 137, -2500, 86400000, -31536000000}) {
        World world{offset, 40};
        ClockSkew skew;
        for (int i = 0; i < 200; ++i) {
            world.exchange(skew);
            const auto estimate = skew.estimate(world.now);
            ASSERT_LE(std::llabs(estimate->offset - offset), estimate->uncertainty) << offset;
        }
        EXPECT_LE(skew.estimate(world.now)->uncertainty, 150) << offset;
        EXPECT_LE(std::llabs(skew.to_server(world.now) - (world.now + offset)), 150);
        EXPECT_LE(std::llabs(skew.to_local(world.now + offset) - world.now), 150);
    }
}

TEST(ClockSkew, BeginsAnewWhenAClockWasSet) {
    World world{0, 20};
    ClockSkew skew;
    for (int i = 0; i < 50; ++i) world.exchange(skew);
    world.offset = 5000;
    world.exchange(skew);
    EXPECT_LE(std::llabs(skew.estimate(world.now)->offset - 5000), skew.estimate(world.now)->uncertainty);
    world.now -= 3600000;  // ours, back by an hour
    world.offset += 3600000;
    world.exchange(skew);
    EXPECT_LE(std::llabs(skew.estimate(world.now)->offset - 3605000), skew.estimate(world.now)->uncertainty);
}

TEST(ClockSkew, GetsLessSureWithAge) {
    ClockSkew skew;
    skew.observe(kStart, kStart, kStart + 10);
    const auto fresh = skew.estimate(kStart + 10);
    const auto old = skew.estimate(kStart + 86400000);
    EXPECT_GT(old->uncertainty, fresh->uncertainty + 10000);
    EXPECT_EQ(old->offset, fresh->offset);
}

TEST(ClockSkew, IgnoresWhatCannotBe) {
    ClockSkew skew;
    skew.observe(kStart, kStart + 10, kStart);
    EXPECT_FALSE(skew.estimate(kStart).has_value());
}

}  // namespace
}  // namespace koshelf::abs
