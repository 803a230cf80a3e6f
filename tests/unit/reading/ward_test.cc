#include "reading/ward.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace koshelf::reading {
namespace {

using std::chrono::milliseconds;

bool always() {
    return true;
}

TEST(Ward, GivesBackWhatTheWorkReturns) {
    EXPECT_EQ(run_in_ward([] { return std::string("result"); }, always), "result");
    EXPECT_EQ(run_in_ward([] { return std::string(); }, always), "");
    const std::string large(3'000'000, 'x');
    EXPECT_EQ(run_in_ward([&large] { return large; }, always), large);
}

TEST(Ward, SurvivesWorkThatCrashes) {
    const auto result = run_in_ward([]() -> std::string { std::_Exit(7); }, always);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error(), WardFailure::kCrashed);
    const auto killed = run_in_ward(
        []() -> std::string {
            kill(getpid(), SIGKILL);
            return "never";
        },
        always);
    ASSERT_FALSE(killed.has_value());
    EXPECT_EQ(killed.error(), WardFailure::kCrashed);
}

TEST(Ward, EndsWorkThatTakesTooLong) {
    const auto begun = std::chrono::steady_clock::now();
    const auto result = run_in_ward(
        [] {
            sleep(60);
            return std::string("late");
        },
        always, {.wall = milliseconds(200)});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error(), WardFailure::kTimedOut);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

TEST(Ward, EndsWorkWhenItIsToldToStop) {
    int asked = 0;
    const auto result = run_in_ward(
        [] {
            sleep(60);
            return std::string("late");
        },
        [&asked] { return ++asked < 3; });
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error(), WardFailure::kStopped);
}

TEST(Ward, RefusesAResultThatIsTooLong) {
    const auto result = run_in_ward([] { return std::string(100'000, 'x'); }, always, {.result = 1000});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error(), WardFailure::kCrashed);
}

}  // namespace
}  // namespace koshelf::reading
