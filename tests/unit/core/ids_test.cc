#include "core/ids.h"

#include <gtest/gtest.h>

namespace koshelf::core {
namespace {

using namespace std::string_view_literals;

TEST(Username, RestrictsNothingButTheColon) {
    for (const auto name : {"bob"sv, "*"sv, "a b"sv, "caf\u00e9"sv, "[x]?"sv, "../.."sv, "a/b"sv, "\n"sv}) {
        EXPECT_TRUE(Username::parse(name).has_value()) << name;
    }
    EXPECT_FALSE(Username::parse("a:b"));
    EXPECT_FALSE(Username::parse(""));
}

TEST(Username, IsNeverCutShortOrMangled) {
    EXPECT_FALSE(Username::parse("bob\0x"sv));
    EXPECT_FALSE(Username::parse("bob\xFF"));
    EXPECT_FALSE(Username::parse(std::string(kMaxNameBytes + 1, 'a')));
    EXPECT_TRUE(Username::parse(std::string(kMaxNameBytes, 'a')));
}

TEST(DocumentId, TakesWhateverAGetCanName) {
    for (const auto id : {"0123456789abcdef0123456789abcdef"sv, "a-b.c"sv, "a b"sv, "a/b"sv, "%41"sv, "."sv,
                          ".."sv, "../x"sv, "../.."sv, "a/../../.."sv, "/a/"sv, "\u4e66"sv}) {
        EXPECT_TRUE(DocumentId::parse(id).has_value()) << id;
    }
}

TEST(DocumentId, RefusesWhatNoPathCanReach) {
    EXPECT_FALSE(DocumentId::parse("../../.."));
    EXPECT_FALSE(DocumentId::parse("a/../../../../b"));
    EXPECT_FALSE(DocumentId::parse("a:b"));
    EXPECT_FALSE(DocumentId::parse(""));
    EXPECT_FALSE(DocumentId::parse("a\0b"sv));
    EXPECT_FALSE(DocumentId::parse("\x80"));
}

TEST(Credential, IsOpaqueButNotEmpty) {
    EXPECT_TRUE(Credential::parse("A:b *"));
    EXPECT_FALSE(Credential::parse(""));
    EXPECT_FALSE(Credential::parse("a\0"sv));
}

}  // namespace
}  // namespace koshelf::core
