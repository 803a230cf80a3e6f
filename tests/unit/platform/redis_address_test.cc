#include "platform/redis_address.h"

#include <gtest/gtest.h>

namespace koshelf::platform {
namespace {

TEST(RedisAddress, DefaultsToTheReferenceServersDatabase) {
    const auto address = RedisAddress::parse("redis://cache");
    ASSERT_TRUE(address.has_value());
    EXPECT_EQ(address->host, "cache");
    EXPECT_EQ(address->port, 6379);
    EXPECT_EQ(address->database, 3);
}

TEST(RedisAddress, ReadsEveryPart) {
    const auto address = RedisAddress::parse("redis://me:p%40ss@[::1]:7000/5");
    ASSERT_TRUE(address.has_value());
    EXPECT_EQ(address->user, "me");
    EXPECT_EQ(address->password, "p@ss");
    EXPECT_EQ(address->host, "::1");
    EXPECT_EQ(address->port, 7000);
    EXPECT_EQ(address->database, 5);
    EXPECT_EQ(RedisAddress::parse("redis://:secret@h/0")->password, "secret");
}

TEST(RedisAddress, ReadsUnixSockets) {
    const auto address = RedisAddress::parse("unix:///run/my%20redis.sock?db=0");
    ASSERT_TRUE(address.has_value());
    EXPECT_EQ(address->socket_path, "/run/my redis.sock");
    EXPECT_EQ(address->database, 0);
    EXPECT_EQ(RedisAddress::parse("unix://:pw@/run/r.sock")->password, "pw");
}

TEST(RedisAddress, NeverRepeatsThePassword) {
    for (const char* url :
         {"http://me:secret@h", "redis://me:secret@h:0/1", "redis://me:secret@h:x", "unix://secret",
          "redis://me:secret@h/x", "redis://me:secret@h:70000", "unix:///r?db=secret"}) {
        const auto address = RedisAddress::parse(url);
        ASSERT_FALSE(address.has_value()) << url;
        EXPECT_EQ(address.error().find("secret"), std::string::npos) << url;
    }
    EXPECT_EQ(RedisAddress::parse("redis://me:secret@h:1/2")->describe(), "h:1 db 2");
}

}  // namespace
}  // namespace koshelf::platform
