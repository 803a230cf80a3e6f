// Alignments of made books, where every second is known.
#include "core/audio/alignment.h"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/audio/aligner.h"
#include "made_book.h"

namespace koshelf::core::audio {
namespace {

using testing::MadeChapter;
using testing::Narrator;
using testing::Reading;

struct Case {
    Narration narration;
    Alignment alignment;
    Accuracy accuracy;
};

Case aligned(const std::vector<MadeChapter>& chapters, const std::vector<Reading>& reading,
             const RawAudiobook& audio, const Narrator& narrator) {
    Narration narration = testing::make_narration(chapters);
    Alignment alignment = align(narration, *AudioTimeline::make(audio));
    const Accuracy accuracy =
        accuracy_of(second_errors(alignment, testing::truth_of(narration, reading, narrator)));
    return {std::move(narration), std::move(alignment), accuracy};
}

Case plain(const std::vector<MadeChapter>& chapters, const Narrator& narrator = {}) {
    const std::vector<Reading> reading = testing::read_aloud(chapters, narrator);
    return aligned(chapters, reading, testing::record(chapters, reading), narrator);
}

std::vector<MadeChapter> with_matter_around(std::vector<MadeChapter> chapters) {
    chapters.insert(chapters.begin(), {{"Cover", 1, 0}, {"Copyright", 2500, 0.05}, {"Contents", 900, 0.05}});
    chapters.push_back({"About the Author", 3000, 0.2});
    chapters.push_back({"Also Available", 2500, 0.05});
    return chapters;
}

TEST(Alignment, OfABookWithTwoChapters) {
    const Case found = plain({{"Chapter 1", 90000}, {"Chapter 2", 60000}});
    EXPECT_EQ(found.alignment.method(), AlignmentMethod::kChapters);
    EXPECT_LT(found.accuracy.p90, 25);
}

TEST(Alignment, OfABookWithFortySixChapters) {
    const Case found = plain(testing::made_chapters(46, "Chapter "));
    EXPECT_EQ(found.alignment.method(), AlignmentMethod::kChapters);
    EXPECT_LT(found.accuracy.p99, 20);
    EXPECT_GT(found.alignment.confidence(), 0.8);
}

TEST(Alignment, OfAShortChapterBetweenLongOnes) {
    // 40, 3 and 40 minutes; the titles say nothing
    std::vector<MadeChapter> chapters = {
        {"The Sea", 28800}, {"Interval", 2160}, {"The Land", 28800}, {"Home", 15000}};
    const Narrator narrator;
    const std::vector<Reading> reading = testing::read_aloud(chapters, narrator);
    RawAudiobook audio = testing::record(chapters, reading);
    for (std::size_t i = 0; i < audio.chapters.size(); ++i)
        audio.chapters[i].title = "Track " + std::to_string(i + 1);
    const Case found = aligned(chapters, reading, audio, narrator);
    EXPECT_EQ(found.alignment.method(), AlignmentMethod::kChapters);
    EXPECT_LT(found.accuracy.p99, 30);
}

TEST(Alignment, LeavesOutWhatNobodyReads) {
    const std::vector<MadeChapter> chapters = with_matter_around(testing::made_chapters(12, "Chapter "));
    const Narrator narrator;
    const std::vector<Reading> reading = testing::read_aloud(chapters, narrator, 25);
    const Case found = aligned(chapters, reading, testing::record(chapters, reading, 25, 20), narrator);
    EXPECT_LT(found.accuracy.p99, 20);
    EXPECT_EQ(found.alignment.stretches().front().kind, StretchKind::kSkippedText);
    EXPECT_NEAR(found.alignment.seconds_at({100}).seconds, 0, 1);
}

TEST(Alignment, NeedsNoTitles) {
    std::vector<MadeChapter> chapters = with_matter_around(testing::made_chapters(14, "Chapter "));
    for (MadeChapter& chapter : chapters) chapter.title.clear();
    const Narrator narrator;
    const std::vector<Reading> reading = testing::read_aloud(chapters, narrator, 25);
    const Case found = aligned(chapters, reading, testing::record(chapters, reading, 25, 20), narrator);
    EXPECT_EQ(found.alignment.method(), AlignmentMethod::kChapters);
    EXPECT_LT(found.accuracy.p90, 25);
}

TEST(Alignment, BelievesThatAnAfterwordIsReadWhenTheAudioHasIt) {
    std::vector<MadeChapter> chapters = testing::made_chapters(10, "Chapter ");
    chapters.push_back({"Afterword", 8000, 0.2});
    std::vector<MadeChapter> read = chapters;
    read.back().narrated = 1;
    const Narrator narrator;
    const std::vector<Reading> reading = testing::read_aloud(read, narrator);
    const Case found = aligned(chapters, reading, testing::record(read, reading), narrator);
    EXPECT_LT(found.accuracy.p99, 20);
}

TEST(Alignment, JoinsAChapterThatIsSplitOverSeveralFilesOfTheBook) {
    std::vector<MadeChapter> chapters;
    for (int i = 1; i <= 8; ++i) {
        chapters.push_back({"Chapter " + std::to_string(i), 6000U + 700U * static_cast<unsigned>(i * 5 % 8)});
        chapters.push_back({"", 5000, 1, "", false});
    }
    const Narrator narrator;
    const std::vector<Reading> reading = testing::read_aloud(chapters, narrator);
    RawAudiobook audio;
    for (std::size_t i = 0; i < chapters.size(); i += 2) {
        audio.chapters.push_back({reading[i].start, reading[i + 1].end, chapters[i].title});
    }
    audio.duration = reading.back().end;
    const Case found = aligned(chapters, reading, audio, narrator);
    EXPECT_EQ(found.alignment.method(), AlignmentMethod::kChapters);
    EXPECT_LT(found.accuracy.p90, 20);
}

TEST(Alignment, JoinsAChapterThatIsSplitOverSeveralAudioFiles) {
    const std::vector<MadeChapter> chapters = {{"Chapter 1", 9000},
                                               {"Chapter 2", 30000},
                                               {"Chapter 3", 12000},
                                               {"Chapter 4", 28000},
                                               {"Chapter 5", 7000}};
    const Narrator narrator;
    const std::vector<Reading> reading = testing::read_aloud(chapters, narrator);
    RawAudiobook audio;
    for (std::size_t i = 0; i < chapters.size(); ++i) {
        const int parts = chapters[i].characters > 20000 ? 3 : 1;
        const double part = (reading[i].end - reading[i].start) / parts;
        for (int k = 0; k < parts; ++k) {
            audio.chapters.push_back(
                {reading[i].start + k * part, reading[i].start + (k + 1) * part, chapters[i].title});
        }
    }
    audio.duration = reading.back().end;
    const Case found = aligned(chapters, reading, audio, narrator);
    EXPECT_EQ(found.alignment.method(), AlignmentMethod::kChapters);
    EXPECT_LT(found.accuracy.p90, 20);
}

TEST(Alignment, FollowsPartsThatStartChapterNumbersAgain) {
    std::vector<MadeChapter> chapters;
    for (int part = 1; part <= 3; ++part) {
        chapters.push_back({"Part " + std::to_string(part), 10, 0.6, ""});
        for (int i = 1; i <= 6; ++i) {
            const auto size = 7000U + 911U * static_cast<unsigned>((part * 7 + i * 5) % 9);
            chapters.push_back({std::to_string(i), size, 1, "Part " + std::to_string(part)});
        }
    }
    const Narrator narrator;
    const std::vector<Reading> reading = testing::read_aloud(chapters, narrator);
    RawAudiobook audio;
    for (std::size_t i = 0; i < chapters.size(); ++i) {
        if (chapters[i].parent.empty()) continue;
        const double start = chapters[i - 1].parent.empty() ? reading[i - 1].start : reading[i].start;
        audio.chapters.push_back(
            {start, reading[i].end, chapters[i].parent + ", Chapter " + chapters[i].title});
    }
    audio.duration = reading.back().end;
    EXPECT_LT(aligned(chapters, reading, audio, narrator).accuracy.p99, 25);
}

// Files of about twenty minutes, cut at some pause or other.
RawAudiobook cut_by_the_clock(double duration, double minutes, double jitter) {
    testing::Dice dice(7);
    RawAudiobook audio;
    audio.duration = duration;
    for (double at = 0; at < duration;) {
        double end = at + minutes * 60 * (1 + jitter * (2 * dice.roll() - 1));
        if (duration - end < minutes * 30) end = duration;
        audio.chapters.push_back({at, end, "Track " + std::to_string(audio.chapters.size() + 1)});
        at = end;
    }
    return audio;
}

TEST(Alignment, DrawsALineWhereMarksIgnoreTheText) {
    const std::vector<MadeChapter> chapters = with_matter_around(testing::made_chapters(20, "Chapter "));
    const Narrator narrator;
    const std::vector<Reading> reading = testing::read_aloud(chapters, narrator);
    for (const double jitter : {0.0, 0.03, 0.08}) {
        const Case found =
            aligned(chapters, reading, cut_by_the_clock(reading.back().end, 20, jitter), narrator);
        EXPECT_EQ(found.alignment.method(), AlignmentMethod::kLine) << jitter;
        EXPECT_LT(found.accuracy.median, 60) << jitter;
    }
}

TEST(Alignment, DrawsALineWithoutMarks) {
    const std::vector<MadeChapter> chapters = with_matter_around(testing::made_chapters(20, "Chapter "));
    const Narrator narrator;
    const std::vector<Reading> reading = testing::read_aloud(chapters, narrator);
    RawAudiobook audio;
    audio.duration = reading.back().end;
    const Case found = aligned(chapters, reading, audio, narrator);
    EXPECT_EQ(found.alignment.method(), AlignmentMethod::kLine);
    EXPECT_LT(found.accuracy.median, 60);
    EXPECT_LT(found.alignment.confidence(), 0.8);
}

TEST(Alignment, OfABookInOneFileWithAnchors) {
    // The whole book is one spine item: its sections come from the table of contents alone.
    const Case found = plain({{"I", 9000}, {"II", 14000}, {"III", 5000}, {"IV", 11000}, {"V", 16000}});
    EXPECT_EQ(found.alignment.method(), AlignmentMethod::kChapters);
    EXPECT_LT(found.accuracy.p99, 25);
}

TEST(Alignment, OfATextWithoutSectionsIsALine) {
    const Case found = plain({{"", 200000}});
    EXPECT_EQ(found.alignment.method(), AlignmentMethod::kLine);
    EXPECT_LT(found.accuracy.p99, 60);
}

TEST(Alignment, OfNoTextStaysAtItsStart) {
    RawAudiobook audio;
    audio.duration = 100;
    const Alignment alignment = align({}, *AudioTimeline::make(audio));
    EXPECT_EQ(alignment.offset_at(50).offset.value, 0U);
    EXPECT_EQ(alignment.confidence(), 0);
}

TEST(Alignment, PassesThroughCalibrations) {
    const std::vector<MadeChapter> chapters = testing::made_chapters(12, "Chapter ");
    const Narrator narrator;
    const std::vector<Reading> reading = testing::read_aloud(chapters, narrator);
    const Narration narration = testing::make_narration(chapters);
    const auto timeline = AudioTimeline::make(testing::record(chapters, reading));
    const Alignment before = align(narration, *timeline);
    const text::TextOffset place{narration.sections[5].begin.value + 4000};
    const double heard = before.seconds_at(place).seconds + 40;
    const Calibration points[] = {{place, heard}};
    const Alignment after = align(narration, *timeline, points);
    EXPECT_NEAR(after.seconds_at(place).seconds, heard, 1e-6);
    EXPECT_EQ(after.offset_at(heard).offset, place);
    EXPECT_NEAR(after.seconds_at(narration.sections[9].begin).seconds,
                before.seconds_at(narration.sections[9].begin).seconds, 1);
}

TEST(Alignment, LearnsFromCalibrationsWhereMarksAreMissing) {
    const std::vector<MadeChapter> chapters = testing::made_chapters(12, "Chapter ");
    const Narrator narrator{12, 5, 0.15, 3};
    const std::vector<Reading> reading = testing::read_aloud(chapters, narrator);
    const Narration narration = testing::make_narration(chapters);
    RawAudiobook audio;
    audio.duration = reading.back().end;
    const auto timeline = AudioTimeline::make(audio);
    const auto truth = testing::truth_of(narration, reading, narrator);
    const Calibration points[] = {{truth[60].offset, truth[60].seconds},
                                  {truth[120].offset, truth[120].seconds},
                                  {truth[180].offset, truth[180].seconds}};
    const double before = accuracy_of(second_errors(align(narration, *timeline), truth)).median;
    EXPECT_LT(accuracy_of(second_errors(align(narration, *timeline, points), truth)).median, before);
}

TEST(Alignment, BelievesTheNewerOfContradictingCalibrations) {
    const std::vector<MadeChapter> chapters = testing::made_chapters(6, "Chapter ");
    const std::vector<Reading> reading = testing::read_aloud(chapters, {});
    const Narration narration = testing::make_narration(chapters);
    const auto timeline = AudioTimeline::make(testing::record(chapters, reading));
    const Calibration points[] = {{{20000}, 3000}, {{30000}, 2500}, {{5000}, NAN}, {{4000000000U}, 10}};
    const Alignment alignment = align(narration, *timeline, points);
    EXPECT_NEAR(alignment.seconds_at({30000}).seconds, 2500, 1e-6);
    EXPECT_LT(alignment.seconds_at({20000}).seconds, 2500);
}

}  // namespace
}  // namespace koshelf::core::audio
