#include "core/audio/pace.h"

#include <vector>

#include <gtest/gtest.h>

namespace koshelf::core::audio {
namespace {

std::vector<PaceSample> read(double rate, double lead_in, const std::vector<double>& lengths) {
    std::vector<PaceSample> samples;
    for (const double spoken : lengths) samples.push_back({spoken, 1, lead_in + spoken / rate});
    return samples;
}

TEST(Pace, IsFoundFromCleanChapters) {
    const Pace pace = fit_pace(read(14, 25, {9000, 12000, 4000, 20000, 15000}));
    EXPECT_NEAR(pace.rate, 14, 0.1);
    EXPECT_LT(pace.spread, 0.05);
}

TEST(Pace, LearnsLongAnnouncementsFromShortChapters) {
    std::vector<double> lengths;
    for (int i = 0; i < 40; ++i) lengths.push_back(500 + 300 * (i % 20));
    const Pace slow = fit_pace(read(12, 40, lengths));
    const Pace quick = fit_pace(read(12, 2, lengths));
    EXPECT_NEAR(slow.lead_in + slow.lead_out, 40, 5);
    EXPECT_LT(quick.lead_in + quick.lead_out, 5);
    EXPECT_GT(slow.lead_in, slow.lead_out);
}

TEST(Pace, IsNotSpoiltByASongOrAnAbridgedChapter) {
    std::vector<PaceSample> samples = read(12, 25, {9000, 12000, 4000, 20000, 15000, 11000, 7000});
    samples[2].seconds *= 1.6;
    samples[5].seconds *= 0.5;
    EXPECT_NEAR(fit_pace(samples).rate, 12, 0.4);
}

TEST(Pace, ReportsChaptersThatHaveEachTheirOwn) {
    std::vector<PaceSample> samples = read(12, 25, {9000, 12000, 4000, 20000, 15000, 11000, 7000, 9000});
    for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i].seconds *= 0.5 + 0.13 * static_cast<double>(i * 3 % 8);
    EXPECT_GT(fit_pace(samples).spread, 0.15);
}

TEST(Pace, FallsBackOnExperience) {
    const Pace experience;
    EXPECT_EQ(fit_pace({}).rate, experience.rate);
    const PaceSample useless[] = {{0, 1, 100}, {100, 1, 0}, {100, 1, -5}};
    EXPECT_EQ(fit_pace(useless).rate, experience.rate);
}

TEST(RatePlausibility, BelongsToHumans) {
    EXPECT_EQ(rate_plausibility(12), 1);
    EXPECT_LT(rate_plausibility(21), 0.1);
    EXPECT_LT(rate_plausibility(5), 0.1);
    EXPECT_EQ(rate_plausibility(0), 0);
}

}  // namespace
}  // namespace koshelf::core::audio
