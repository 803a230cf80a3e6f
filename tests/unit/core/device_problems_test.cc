#include "core/device_problems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr EpochSeconds kNow = 1'764'000'000;
constexpr EpochSeconds kDay = 86'400;

DeviceFacts device(std::string name, MatchingMethod method = MatchingMethod::kUnknown) {
    return {.name = std::move(name), .last_push = kNow - kDay, .method = method, .clock_skew = {}};
}

std::vector<DeviceProblem> problems(const std::vector<DeviceFacts>& devices) {
    return find_device_problems(devices, kNow);
}

TEST(ClockSkew, IsTheLargestReading) {
    struct Case {
        ClockReadings readings;
        std::optional<std::int64_t> skew;
        const char* why;
    };
    const std::vector<Case> cases = {
        {{}, std::nullopt, "no push had a time"},
        {{.newest = 7200, .before = {}, .count = 1}, 7200, "a time in the future is believed at once"},
        {{.newest = -7200, .before = {}, .count = 1}, std::nullopt, "one push may have been late"},
        {{.newest = -7200, .before = {}, .count = 3}, -7200, "three were not sooner"},
        {{.newest = -7200, .before = -2, .count = 1}, -2, "a late push after ten that were not"},
        {{.newest = {}, .before = -5000, .count = 0}, -5000, "ten that were not sooner"},
        {{.newest = -3, .before = 900, .count = 9},
         900,
         "a clock that was set right is believed after ten more"},
        {{.newest = 0, .before = {}, .count = 3}, 0, "a clock that is right"},
    };
    for (const Case& each : cases) EXPECT_EQ(clock_skew(each.readings), each.skew) << each.why;
}

TEST(DeviceProblems, AreNoneWhereNothingIsWrong) {
    EXPECT_THAT(problems({}), IsEmpty());
    EXPECT_THAT(problems({device("Kobo", MatchingMethod::kContent),
                          device("Kindle", MatchingMethod::kContent), device("Phone")}),
                IsEmpty());
}

TEST(DeviceProblems, NameThoseThatWillNotMeet) {
    const auto found = problems({device("Kobo", MatchingMethod::kFileName), device("Phone"),
                                 device("Kindle", MatchingMethod::kContent)});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].problem, "methods_differ");
    EXPECT_THAT(found[0].devices, ElementsAre(0, 2));
    EXPECT_THAT(found[0].message,
                HasSubstr("\"Kobo\" pushes by file name, \"Kindle\" by content: they will not meet"));
}

TEST(DeviceProblems, CountWhoIsOnWhichSide) {
    const auto found =
        problems({device("A", MatchingMethod::kFileName), device("B", MatchingMethod::kFileName),
                  device("C", MatchingMethod::kFileName), device("D", MatchingMethod::kContent)});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found[0].message, HasSubstr("\"A\", \"B\" and \"C\" push by file name, \"D\" by content"));
}

TEST(DeviceProblems, ForgetWhoHasBeenSilentForAQuarter) {
    DeviceFacts old = device("Kobo", MatchingMethod::kFileName);
    old.last_push = kNow - 91 * kDay;
    old.clock_skew = 100'000;
    old.stale_run = 50;
    EXPECT_THAT(problems({old, device("Kobo", MatchingMethod::kContent)}), IsEmpty());
}

TEST(DeviceProblems, SayThatNamesAreTheSame) {
    const auto found = problems({device("Kobo"), device("Kindle"), device("Kobo"), device("Kobo")});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].problem, "same_name");
    EXPECT_THAT(found[0].devices, ElementsAre(0, 2, 3));
    EXPECT_THAT(found[0].message, HasSubstr("3 devices are called \"Kobo\""));
    EXPECT_THAT(problems({device(""), device("")})[0].message, HasSubstr("a device without a name"));
}

TEST(DeviceProblems, SayHowFarAClockIsOff) {
    const std::vector<std::pair<std::int64_t, std::string>> cases = {
        {120, "2 minutes ahead"},     {-7199, "119 minutes behind"}, {7200, "2 hours ahead"},
        {-90'000, "25 hours behind"}, {172'800, "2 days ahead"},     {-500'000'000, "5787 days behind"}};
    for (const auto& [skew, words] : cases) {
        DeviceFacts each = device("Kobo");
        each.clock_skew = skew;
        const auto found = problems({each});
        ASSERT_EQ(found.size(), 1U) << skew;
        EXPECT_EQ(found[0].problem, "clock");
        EXPECT_THAT(found[0].message, HasSubstr("The clock of \"Kobo\" is " + words));
    }
    for (const std::int64_t small : {0, 119, -119}) {
        DeviceFacts each = device("Kobo");
        each.clock_skew = small;
        EXPECT_THAT(problems({each}), IsEmpty());
    }
}

TEST(DeviceProblems, SayThatADeviceIsLeftBehind) {
    DeviceFacts each = device("Kobo");
    each.stale_run = 4;
    EXPECT_THAT(problems({each}), IsEmpty());
    each.stale_run = 5;
    const auto found = problems({each});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].problem, "stale");
    EXPECT_THAT(found[0].message, HasSubstr("The last 5 pushes of \"Kobo\" were old positions"));
}

}  // namespace
}  // namespace koshelf::core
