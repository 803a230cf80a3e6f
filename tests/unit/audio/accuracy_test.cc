// How near alignments come to four real narrations, each with five kinds of chapter marks. Prints the
// figures; fails only where one is a tenth worse than recorded below.
#include "core/audio/accuracy.h"

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/audio/aligner.h"
#include "real_book.h"

namespace koshelf::core::audio {
namespace {

struct Recorded {
    const char* kind;
    double median;
    double p90;
    double within_60;
};

class RealNarrations : public ::testing::TestWithParam<Recorded> {};

TEST_P(RealNarrations, AreMetAsWellAsRecorded) {
    const Recorded recorded = GetParam();
    std::vector<WeightedError> seconds;
    std::vector<WeightedError> characters;
    std::vector<WeightedError> percentage;
    for (const char* name : testing::kRealBooks) {
        const testing::RealBook& real = testing::open_real_book(name);
        const auto timeline = AudioTimeline::make(testing::open_real_item(name, recorded.kind));
        const Alignment alignment = align(real.narration, *timeline);
        const auto add = [](std::vector<WeightedError>& all, const std::vector<WeightedError>& some) {
            all.insert(all.end(), some.begin(), some.end());
        };
        add(seconds, second_errors(alignment, real.truth));
        add(characters, character_errors(alignment, real.truth));
        add(percentage, percentage_errors(real.book.map.length(), timeline->duration(), real.truth));
        const Accuracy own = accuracy_of(second_errors(alignment, real.truth));
        std::printf("%-10s %-32s median %6.1f s  p90 %6.1f s  within 60 s %5.1f %%  confidence %.2f\n",
                    recorded.kind, name, own.median, own.p90, 100 * own.within_60, alignment.confidence());
    }
    const Accuracy found = accuracy_of(seconds);
    const Accuracy back = accuracy_of(characters);
    const Accuracy naive = accuracy_of(percentage);
    std::printf(
        "%-10s all: median %.1f s, p90 %.1f s, p99 %.1f s, within 60 s %.1f %%; back: median %.0f "
        "characters, p90 %.0f; "
        "percentage only: median %.0f s, p90 %.0f s, within 60 s %.1f %%\n",
        recorded.kind, found.median, found.p90, found.p99, 100 * found.within_60, back.median, back.p90,
        naive.median, naive.p90, 100 * naive.within_60);
    EXPECT_LE(found.median, 1.1 * recorded.median);
    EXPECT_LE(found.p90, 1.1 * recorded.p90);
    EXPECT_GE(found.within_60, recorded.within_60 / 1.1);
}

INSTANTIATE_TEST_SUITE_P(Kinds, RealNarrations,
                         ::testing::Values(Recorded{"titled", 6.9, 18.9, 0.998},
                                           Recorded{"numbered", 6.9, 18.9, 0.998},
                                           Recorded{"tracks", 7.2, 19.7, 0.998},
                                           Recorded{"merged", 10.0, 34.8, 0.981},
                                           Recorded{"none", 42.3, 131.4, 0.623}),
                         [](const auto& kind) { return std::string(kind.param.kind); });

TEST(Accuracy, IsWeightedByTime) {
    const Accuracy accuracy = accuracy_of({{100, 1}, {10, 8}, {40, 1}});
    EXPECT_EQ(accuracy.median, 10);
    EXPECT_EQ(accuracy.p90, 40);
    EXPECT_EQ(accuracy.p99, 100);
    EXPECT_NEAR(accuracy.within_30, 0.8, 1e-9);
    EXPECT_NEAR(accuracy.within_60, 0.9, 1e-9);
    EXPECT_EQ(accuracy_of({}).median, 0);
}

}  // namespace
}  // namespace koshelf::core::audio
