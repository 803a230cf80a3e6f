#include "platform/crypto.h"

#include <gtest/gtest.h>

namespace koshelf::platform {
namespace {

TEST(Crypto, ComparesSecretsOfAnyLength) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
    EXPECT_FALSE(equal_in_constant_time("", "a"));
}

TEST(Crypto, HashesAsTheStandardsSay) {
    EXPECT_EQ(sha1_hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Crypto, AuthenticatesAsRfc4231Says) {
    EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Crypto, MakesBytesThatDiffer) {
    const auto bytes = random_bytes(32);
    ASSERT_TRUE(bytes.has_value());
    EXPECT_EQ(bytes->size(), 32U);
    EXPECT_NE(bytes, random_bytes(32));
}

}  // namespace
}  // namespace koshelf::platform
