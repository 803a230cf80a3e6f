#include "core/invitation_code.h"

#include <set>

#include <gtest/gtest.h>

namespace koshelf::core {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kCode = "0123456789ABCDEFGHJK";

TEST(InvitationCode, ShowsItsCharactersInGroups) {
    std::string bytes;
    for (char c = 0; c < 20; ++c) bytes += c;
    EXPECT_EQ(make_invitation_code(bytes), "01234-56789-ABCDE-FGHJK");
    EXPECT_FALSE(make_invitation_code(bytes + "x"));
    EXPECT_FALSE(make_invitation_code(""));
}

TEST(InvitationCode, TakesEveryByteAndLosesNoneOfItsFiveBits) {
    std::set<std::string> codes;
    for (int byte = 0; byte < 256; ++byte) {
        const auto code = make_invitation_code(std::string(kInvitationCodeBytes, static_cast<char>(byte)));
        ASSERT_TRUE(code && parse_invitation_code(*code));
        codes.insert(*code);
    }
    EXPECT_EQ(codes.size(), 32U);
}

TEST(InvitationCode, IsReadHoweverPeopleWriteIt) {
    for (const auto typed :
         {"0123456789ABCDEFGHJK"sv, "01234-56789-ABCDE-FGHJK"sv, " o1234 56789 abcde fghjk\n"sv,
          "OI234-56789-ABCDE-FGHJK"sv, "0L234-56789-abcde-fghjk"sv, "--0123456789ABCDEFGHJK--"sv}) {
        EXPECT_EQ(parse_invitation_code(typed), kCode) << typed;
    }
}

TEST(InvitationCode, IsNoOtherText) {
    for (const auto typed :
         {""sv, "01234"sv, "0123456789ABCDEFGHJK0"sv, "U123456789ABCDEFGHJK"sv, "0123456789ABCDEFGHJ\0"sv,
          "0123456789ABCDEFGHJ\xC3"sv, "0123456789ABCDEFGHJ."sv}) {
        EXPECT_FALSE(parse_invitation_code(typed)) << typed;
    }
    EXPECT_FALSE(parse_invitation_code(std::string(100'000, '0')));
}

}  // namespace
}  // namespace koshelf::core
