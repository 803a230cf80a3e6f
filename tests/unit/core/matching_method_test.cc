#include "core/matching_method.h"

#include <gtest/gtest.h>

namespace koshelf::core {
namespace {

constexpr std::string_view kDigest = "0123456789abcdef0123456789abcdef";
constexpr std::string_view kOther = "fedcba9876543210fedcba9876543210";

TEST(MatchingMethod, IsToldByTheDigestOfTheName) {
    EXPECT_EQ(matching_method(kDigest, "Emma.epub", kDigest), MatchingMethod::kFileName);
    EXPECT_EQ(matching_method(kDigest, "no extension", kDigest), MatchingMethod::kFileName);
    EXPECT_EQ(matching_method(kDigest, "Emma.epub", kOther), MatchingMethod::kContent);
    EXPECT_EQ(matching_method(kDigest, "/books/Emma.kepub.epub", kOther), MatchingMethod::kContent);
}

TEST(MatchingMethod, IsNotGuessed) {
    struct Case {
        std::string_view document;
        std::string_view filename;
    };
    for (const Case& each : {Case{kDigest, ""}, Case{kDigest, "Emma"}, Case{kDigest, "Emma. A novel"},
                             Case{kDigest, ".epub"}, Case{kDigest, "Emma."}, Case{"emma", "Emma.epub"},
                             Case{"0123456789ABCDEF0123456789ABCDEF", "Emma.epub"},
                             Case{"0123456789abcdef0123456789abcde", "Emma.epub"}}) {
        EXPECT_EQ(matching_method(each.document, each.filename, kOther), MatchingMethod::kUnknown)
            << each.document << ' ' << each.filename;
    }
}

TEST(MethodHabit, IsWhatTheNewestPushesShow) {
    EXPECT_EQ(method_habit("ccc").method, MatchingMethod::kContent);
    EXPECT_EQ(method_habit("f").method, MatchingMethod::kFileName);
    EXPECT_EQ(method_habit("").method, MatchingMethod::kUnknown);
    EXPECT_FALSE(method_habit("").mixed);
    EXPECT_TRUE(method_habit("ccf").mixed);
    EXPECT_EQ(method_habit("ccf").method, MatchingMethod::kUnknown);
}

}  // namespace
}  // namespace koshelf::core
