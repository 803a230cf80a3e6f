// What holds for every alignment, tried on many random books and audiobooks, most of them absurd.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/audio/aligner.h"
#include "laws.h"
#include "made_book.h"

namespace koshelf::core::audio {
namespace {

using testing::Dice;
using testing::MadeChapter;

std::vector<MadeChapter> random_text(Dice& dice) {
    std::vector<MadeChapter> chapters;
    const std::size_t count = 1 + dice.below(30);
    for (std::size_t i = 0; i < count; ++i) {
        MadeChapter chapter;
        chapter.characters = 1 + static_cast<std::uint32_t>(dice.below(dice.roll() < 0.2 ? 5 : 30000));
        chapter.narrated = dice.roll() < 0.7 ? 1.0 : dice.roll();
        chapter.starts_chapter = dice.roll() < 0.9;
        if (dice.roll() < 0.7) chapter.title = "Chapter " + std::to_string(dice.below(20));
        if (dice.roll() < 0.2) chapter.parent = "Part " + std::to_string(dice.below(3));
        chapters.push_back(chapter);
    }
    return chapters;
}

RawAudiobook random_audio(Dice& dice) {
    RawAudiobook audio;
    audio.duration = 10 + 40000 * dice.roll();
    const std::size_t count = dice.below(30);
    for (std::size_t i = 0; i < count; ++i) {
        const double start = (dice.roll() * 1.2 - 0.1) * audio.duration;
        const std::string title = dice.roll() < 0.7 ? "Chapter " + std::to_string(i) : "End Credits";
        audio.chapters.push_back({start, start + (dice.roll() - 0.1) * 3000, title});
    }
    return audio;
}

void expect_lawful(const Narration& narration, const Alignment& alignment, double duration, Dice& dice) {
    ASSERT_EQ(alignment.knots().back().offset, narration.end());
    ASSERT_LE(alignment.knots().back().seconds, duration);
    std::vector<std::uint32_t> offsets;
    for (const NarrationSection& section : narration.sections)
        offsets.insert(offsets.end(), {section.begin.value, section.begin.value + 1, section.end.value - 1});
    testing::expect_lawful(alignment, std::move(offsets), dice);
}

TEST(EveryAlignment, IsMonotoneAndAFixedPoint) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed);
        const Narration narration = testing::make_narration(random_text(dice));
        const auto timeline = AudioTimeline::make(random_audio(dice));
        ASSERT_TRUE(timeline.has_value());
        expect_lawful(narration, align(narration, *timeline), timeline->duration(), dice);
        if (HasFatalFailure()) return;
    }
}

TEST(EveryAlignment, StaysLawfulWithCalibrations) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed + 1000);
        const Narration narration = testing::make_narration(random_text(dice));
        const auto timeline = AudioTimeline::make(random_audio(dice));
        std::vector<Calibration> points;
        for (std::size_t i = 0; i < 1 + dice.below(4); ++i) {
            points.push_back({{static_cast<std::uint32_t>(dice.below(narration.end().value + 1))},
                              dice.roll() * timeline->duration()});
        }
        const Alignment alignment = align(narration, *timeline, points);
        const Calibration& newest = points.back();
        ASSERT_NEAR(alignment.seconds_at(newest.offset).seconds, newest.seconds, 1e-6);
        expect_lawful(narration, alignment, timeline->duration(), dice);
        if (HasFatalFailure()) return;
    }
}

TEST(EveryAlignment, HasStretchesThatCoverTextAndTime) {
    for (unsigned seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed + 5000);
        const Narration narration = testing::make_narration(random_text(dice));
        const auto timeline = AudioTimeline::make(random_audio(dice));
        const Alignment alignment = align(narration, *timeline);
        std::uint32_t at = 0;
        double seconds = 0;
        for (const Stretch& stretch : alignment.stretches()) {
            ASSERT_EQ(stretch.begin.value, at);
            ASSERT_NEAR(stretch.start_seconds, seconds, 1e-6);
            at = stretch.end.value;
            seconds = stretch.end_seconds;
        }
        ASSERT_EQ(at, narration.end().value);
        ASSERT_NEAR(seconds, timeline->duration(), 1e-6);
    }
}

}  // namespace
}  // namespace koshelf::core::audio
