#include "core/bridge/explain.h"

#include <gtest/gtest.h>

namespace koshelf::core::bridge {
namespace {

const Parties kParties = {
    .device = "Kobo", .local_percentage = 0.41, .remote_seconds = 3723, .remote_fraction = 0.38};

TEST(Explain, SaysWhoWasNewerAndByHowMuch) {
    EXPECT_EQ(
        explain({.action = Action::kPush, .reason = Reason::kLocalNewer, .lead = 12 * 60'000}, kParties),
        "Kobo's 41 % kept: newer than Audiobookshelf's 38 % (1:02:03) by 12 min");
}

TEST(Explain, LeavesOutAMarginThatIsNone) {
    EXPECT_EQ(explain({.action = Action::kImport, .reason = Reason::kRemoteNewer, .lead = 300}, kParties),
              "Audiobookshelf's 38 % (1:02:03) taken over: newer than Kobo's 41 %");
}

TEST(Explain, ManagesWithoutNamesAndNumbers) {
    EXPECT_EQ(explain({.action = Action::kPush, .reason = Reason::kLocalMoved}, {}),
              "The device's position sent to Audiobookshelf");
}

TEST(Explain, HasASentenceForEveryReason) {
    for (int reason = 0; reason <= static_cast<int>(Reason::kOnlyFinishedFlag); ++reason) {
        EXPECT_FALSE(explain({.reason = static_cast<Reason>(reason)}, kParties).empty()) << reason;
    }
}

TEST(Percent, ShowsADecimalOnlyWhereThereIsOne) {
    EXPECT_EQ(percent(0.41), "41 %");
    EXPECT_EQ(percent(0.4137), "41.4 %");
    EXPECT_EQ(percent(1), "100 %");
}

TEST(SpanOfTime, UsesTheUnitThatPeopleWould) {
    EXPECT_EQ(span_of_time(3'400), "3 s");
    EXPECT_EQ(span_of_time(720'000), "12 min");
    EXPECT_EQ(span_of_time(5 * 3'600'000), "5 h");
    EXPECT_EQ(span_of_time(72LL * 3'600'000), "3 days");
}

}  // namespace
}  // namespace koshelf::core::bridge
