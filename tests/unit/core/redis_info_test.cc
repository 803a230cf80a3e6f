#include "core/redis_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::core {
namespace {

using ::testing::Eq;
using ::testing::Optional;

TEST(RedisInfo, ReadsNamesAndValues) {
    const RedisInfo info(
        "# Memory\r\nused_memory:1048576\r\nused_memory_human:1.00M\r\nmaxmemory:0\r\n\r\n# Server\r\n"
        "executable:/usr/bin/redis:7\r\nempty:\r\n");
    EXPECT_THAT(info.number("used_memory"), Optional(1'048'576));
    EXPECT_THAT(info.number("maxmemory"), Optional(0));
    EXPECT_THAT(info.text("used_memory_human"), Optional(Eq("1.00M")));
    EXPECT_THAT(info.text("executable"), Optional(Eq("/usr/bin/redis:7")));
    EXPECT_THAT(info.text("empty"), Optional(Eq("")));
    EXPECT_TRUE(info.says("maxmemory", "0"));
    EXPECT_FALSE(info.says("maxmemory", ""));
}

TEST(RedisInfo, KnowsNothingOfWhatIsNotSaid) {
    const RedisInfo info("# used:1\nused_memory:12\nfree:x\nbig:99999999999999999999\nwithout");
    for (const auto* name : {"used", "# used", "memory", "without", "", "used_memory "}) {
        EXPECT_EQ(info.text(name), std::nullopt) << name;
        EXPECT_EQ(info.number(name), std::nullopt) << name;
        EXPECT_FALSE(info.says(name, ""));
    }
    EXPECT_EQ(info.number("free"), std::nullopt);
    EXPECT_EQ(info.number("big"), std::nullopt);
    EXPECT_THAT(info.number("used_memory"), Optional(12));
}

TEST(RedisInfo, TakesWhatIsNoAnswer) {
    for (const auto* text : {"", "\n", "\r\n\r\n", ":", "::\n:", "\r"})
        EXPECT_EQ(RedisInfo(text).number("used_memory"), std::nullopt) << text;
}

}  // namespace
}  // namespace koshelf::core
