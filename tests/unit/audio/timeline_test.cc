#include "core/audio/timeline.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace koshelf::core::audio {
namespace {

RawAudiobook with_chapters(double duration, std::vector<RawChapter> chapters) {
    RawAudiobook raw;
    raw.duration = duration;
    raw.chapters = std::move(chapters);
    return raw;
}

std::vector<double> starts(const AudioTimeline& timeline) {
    std::vector<double> found;
    for (const AudioChapter& chapter : timeline.chapters()) found.push_back(chapter.start);
    return found;
}

// What AudioTimeline promises, whatever it is made from.
void expect_covers(const AudioTimeline& timeline) {
    double end = 0;
    for (const AudioChapter& chapter : timeline.chapters()) {
        EXPECT_EQ(chapter.start, end);
        EXPECT_GT(chapter.end, chapter.start);
        end = chapter.end;
    }
    EXPECT_EQ(end, timeline.duration());
}

TEST(AudioTimeline, KeepsGoodMarks) {
    const auto timeline =
        AudioTimeline::make(with_chapters(300, {{0, 100, "a"}, {100, 220, "b"}, {220, 300, "c"}}));
    EXPECT_EQ(starts(*timeline), (std::vector<double>{0, 100, 220}));
    EXPECT_EQ(timeline->source(), MarkSource::kChapters);
    expect_covers(*timeline);
}

TEST(AudioTimeline, SortsAndSeparatesMarks) {
    const auto timeline =
        AudioTimeline::make(with_chapters(300, {{200, 300, "c"}, {0, 150, "a"}, {100, 220, "b"}}));
    EXPECT_EQ(starts(*timeline), (std::vector<double>{0, 100, 200}));
    expect_covers(*timeline);
}

TEST(AudioTimeline, DropsMarksWithoutLengthOrOutsideTheBook) {
    const auto timeline = AudioTimeline::make(with_chapters(300, {{0, 100, "a"},
                                                                  {100, 100, "empty"},
                                                                  {100, 300, "b"},
                                                                  {400, 500, "c"},
                                                                  {-50, 20, "d"},
                                                                  {NAN, 50, "e"}}));
    EXPECT_EQ(starts(*timeline), (std::vector<double>{0, 100}));
    expect_covers(*timeline);
}

TEST(AudioTimeline, LetsChaptersWithoutEndRunToTheNext) {
    const auto timeline =
        AudioTimeline::make(with_chapters(300, {{0, NAN, "a"}, {120, 0, "b"}, {200, HUGE_VAL, "c"}}));
    EXPECT_EQ(starts(*timeline), (std::vector<double>{0, 120, 200}));
    expect_covers(*timeline);
}

TEST(AudioTimeline, FillsGaps) {
    const auto timeline =
        AudioTimeline::make(with_chapters(1000, {{50, 300, "a"}, {301, 500, "b"}, {700, 900, "c"}}));
    EXPECT_EQ(starts(*timeline), (std::vector<double>{0, 50, 301, 500, 700, 900}));
    EXPECT_FALSE(timeline->chapters()[0].named);
    EXPECT_FALSE(timeline->chapters()[3].named);
    expect_covers(*timeline);
}

TEST(AudioTimeline, PrefersTheInnerOfNestedMarks) {
    const auto timeline = AudioTimeline::make(
        with_chapters(300, {{0, 300, "Part 1"}, {0, 100, "Chapter 1"}, {100, 300, "Chapter 2"}}));
    EXPECT_EQ(starts(*timeline), (std::vector<double>{0, 100}));
    EXPECT_EQ(timeline->chapters()[0].title, "Chapter 1");
}

TEST(AudioTimeline, FallsBackOnTracks) {
    RawAudiobook raw;
    raw.tracks = {{0, 600.06, "01.mp3"}, {600.06, 500, "02.mp3"}, {1100.06, 640, "03.mp3"}};
    const auto timeline = AudioTimeline::make(raw);
    EXPECT_EQ(timeline->source(), MarkSource::kTracks);
    EXPECT_EQ(timeline->chapters().size(), 3U);
    EXPECT_DOUBLE_EQ(timeline->duration(), 1740.06);
}

TEST(AudioTimeline, TrustsTracksMoreThanTheStatedDuration) {
    RawAudiobook raw = with_chapters(0, {{0, 100, "a"}, {100, 540.25, "b"}});
    raw.tracks = {{0, 540.251, "book.m4b"}};
    EXPECT_DOUBLE_EQ(AudioTimeline::make(raw)->duration(), 540.251);
    EXPECT_EQ(AudioTimeline::make(raw)->chapters().size(), 2U);
}

TEST(AudioTimeline, SeesCutsByTheClock) {
    std::vector<RawChapter> chapters;
    for (int i = 0; i < 9; ++i)
        chapters.push_back({i * 1200.0, (i + 1) * 1200.0, "Track " + std::to_string(i + 1)});
    chapters.push_back({10800, 11500, "Track 10"});
    const auto timeline = AudioTimeline::make(with_chapters(11500, chapters));
    EXPECT_EQ(timeline->source(), MarkSource::kFixedCuts);
    EXPECT_EQ(timeline->chapters().size(), 1U);
}

TEST(AudioTimeline, RefusesWhatHasNoTime) {
    EXPECT_EQ(AudioTimeline::make({}).error(), TimelineError::kNoAudio);
    EXPECT_EQ(AudioTimeline::make(with_chapters(NAN, {})).error(), TimelineError::kNoAudio);
    EXPECT_EQ(AudioTimeline::make(with_chapters(1e12, {})).error(), TimelineError::kTooLong);
    RawAudiobook many;
    many.duration = 100;
    many.chapters.resize(AudioTimeline::kMaxMarks + 1);
    EXPECT_EQ(AudioTimeline::make(many).error(), TimelineError::kTooManyMarks);
}

TEST(AudioTimeline, FindsTheChapterOfASecond) {
    const auto timeline = AudioTimeline::make(with_chapters(300, {{0, 100, "a"}, {100, 300, "b"}}));
    EXPECT_EQ(timeline->chapter_at(-5), 0U);
    EXPECT_EQ(timeline->chapter_at(99.9), 0U);
    EXPECT_EQ(timeline->chapter_at(100), 1U);
    EXPECT_EQ(timeline->chapter_at(1e9), 1U);
}

}  // namespace
}  // namespace koshelf::core::audio
