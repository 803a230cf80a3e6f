#include "bridge/backoff.h"

#include <gtest/gtest.h>

namespace koshelf::bridge {
namespace {

using std::chrono::milliseconds;

TEST(PauseAfter, DoublesUpToTheLongest) {
    EXPECT_EQ(pause_after(0, milliseconds(1000), milliseconds(900'000), 0), milliseconds(1000));
    EXPECT_EQ(pause_after(3, milliseconds(1000), milliseconds(900'000), 0), milliseconds(8000));
    EXPECT_EQ(pause_after(30, milliseconds(1000), milliseconds(900'000), 0), milliseconds(900'000));
    EXPECT_EQ(pause_after(1'000'000, milliseconds(1000), milliseconds(900'000), 0), milliseconds(900'000));
}

TEST(PauseAfter, IsShortenedByChanceToNoLessThanHalf) {
    EXPECT_EQ(pause_after(0, milliseconds(1000), milliseconds(9000), 1), milliseconds(500));
    EXPECT_EQ(pause_after(0, milliseconds(1000), milliseconds(9000), 0.5), milliseconds(750));
}

TEST(Backoff, BeginsAnewAfterASuccess) {
    Backoff backoff(milliseconds(100), milliseconds(1000));
    EXPECT_EQ(backoff.next(0), milliseconds(100));
    EXPECT_EQ(backoff.next(0), milliseconds(200));
    backoff.reset();
    EXPECT_EQ(backoff.next(0), milliseconds(100));
}

}  // namespace
}  // namespace koshelf::bridge
