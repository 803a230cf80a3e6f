#include "core/audio/learned.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace koshelf::core::audio {
namespace {

const std::vector<HistoryPoint> kHistory = {{0.5, "/body/DocFragment[9]"},
                                            {0.1, "/body/DocFragment[2]"},
                                            {0.3, "/body/DocFragment[5]"},
                                            {0.1, "/body/DocFragment[3]"}};

TEST(LearnedPointers, GiveTheNearestOneBefore) {
    const LearnedPointers learned(kHistory);
    EXPECT_EQ(learned.nearest_before(0.49)->progress, "/body/DocFragment[5]");
    EXPECT_EQ(learned.nearest_before(0.5)->progress, "/body/DocFragment[9]");
    EXPECT_EQ(learned.nearest_before(1)->progress, "/body/DocFragment[9]");
}

TEST(LearnedPointers, PreferTheNewestOfEqualPercentages) {
    EXPECT_EQ(LearnedPointers(kHistory).nearest_before(0.2)->progress, "/body/DocFragment[3]");
}

TEST(LearnedPointers, NeverGoPastTheTargetNorInventAnything) {
    EXPECT_FALSE(LearnedPointers(kHistory).nearest_before(0.09).has_value());
    EXPECT_FALSE(LearnedPointers().nearest_before(0.5).has_value());
}

TEST(LearnedPointers, LeaveOutWhatIsNoPosition) {
    const std::vector<HistoryPoint> odd = {{-0.1, "a"}, {1.5, "b"}, {NAN, "c"}, {0.2, ""}};
    EXPECT_TRUE(LearnedPointers(odd).empty());
}

}  // namespace
}  // namespace koshelf::core::audio
