// What a user says about where the narrator is, and alignments that are bent to it: their laws, and how much
// better real narrations are met.
#include "core/audio/calibration.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "core/audio/aligner.h"
#include "core/audio/alignment_codec.h"
#include "laws.h"
#include "made_book.h"
#include "real_book.h"

namespace koshelf::core::audio {
namespace {

using testing::Dice;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Calibrations, ContradictWhereTimeWouldStandStillOrRunBackwards) {
    EXPECT_TRUE(contradict({{100}, 10}, {{100}, 11}));
    EXPECT_TRUE(contradict({{100}, 10}, {{200}, 9}));
    EXPECT_TRUE(contradict({{200}, 10}, {{100}, 10}));
    EXPECT_TRUE(contradict({{0}, 10}, {{1'000'000}, 11}));
    EXPECT_FALSE(contradict({{0}, 10}, {{10'000}, 11}));
    EXPECT_FALSE(contradict({{200}, 30}, {{100}, 10}));
}

TEST(Calibrations, OfTwoThatContradictTheNewerOneCounts) {
    const std::vector<Calibration> points{{{100}, 50}, {{300}, 40}, {{200}, 45}, {{900}, 10}, {{50}, NAN}};
    EXPECT_THAT(consistent(points, {500}, 42), ElementsAre(Calibration{{200}, 42}));
    EXPECT_THAT(consistent({}, {500}, 42), IsEmpty());
}

// Sections of ten minutes each, of 7200 characters: twelve a second.
Alignment plain_alignment(std::size_t sections) {
    std::vector<Knot> knots{{{0}, 0}};
    std::vector<Stretch> stretches;
    for (std::uint32_t i = 0; i < sections; ++i) {
        Stretch stretch;
        stretch.begin = {i * 7200};
        stretch.end = {(i + 1) * 7200};
        stretch.start_seconds = i * 600.0;
        stretch.end_seconds = (i + 1) * 600.0;
        stretch.section_begin = stretch.chapter_begin = i;
        stretch.section_end = stretch.chapter_end = i + 1;
        stretch.confidence = 0.5;
        stretch.deviation = 40;
        knots.push_back({stretch.end, stretch.end_seconds});
        stretches.push_back(stretch);
    }
    return {std::move(knots), std::move(stretches), AlignmentMethod::kChapters, Pace{}};
}

TEST(Bending, FadesTowardsBordersThatAreBelieved) {
    const Alignment base = plain_alignment(6);
    const std::vector<Calibration> points{{{3 * 7200 + 3600}, 2100 + 40}};
    const Alignment alignment = bent(base, points);
    EXPECT_NEAR(alignment.seconds_at(points[0].offset).seconds, 2140, 1e-9);
    EXPECT_NEAR(alignment.seconds_at({3 * 7200 + 1800}).seconds, 1950 + 20, 1e-6);
    EXPECT_NEAR(alignment.seconds_at({3 * 7200}).seconds, 1800, 1e-6);
    EXPECT_NEAR(alignment.seconds_at({5 * 7200}).seconds, 3000, 1e-6);
    EXPECT_GT(alignment.stretches()[3].confidence, base.stretches()[3].confidence);
    EXPECT_EQ(alignment.stretches()[2].confidence, base.stretches()[2].confidence);
}

TEST(Bending, GivesUpBordersThatItMakesImplausible) {
    const Alignment base = plain_alignment(12);
    // Ten minutes late: no narrator is that slow, so the chapters around were matched wrongly too.
    const Alignment alignment = bent(base, std::vector<Calibration>{{{6 * 7200}, 3600 + 600}});
    EXPECT_NEAR(alignment.seconds_at({5 * 7200}).seconds, 3000 + 480, 1);
    EXPECT_NEAR(alignment.seconds_at({7 * 7200}).seconds, 4200 + 480, 1);
    EXPECT_NEAR(alignment.seconds_at({0}).seconds, 0, 1e-6);
    EXPECT_NEAR(alignment.seconds_at({12 * 7200}).seconds, 7200, 1e-6);
}

TEST(Bending, BelievesTwoThatAgreeAgainstTheBordersBetweenThem) {
    const Alignment base = plain_alignment(12);
    const Alignment alignment = bent(base, std::vector<Calibration>{{{2 * 7200}, 1500}, {{9 * 7200}, 5700}});
    for (std::uint32_t i = 2; i <= 9; ++i)
        EXPECT_NEAR(alignment.seconds_at({i * 7200}).seconds, i * 600 + 300, 1e-6) << i;
}

TEST(Bending, WithoutWordsChangesNothing) {
    const Alignment base = plain_alignment(3);
    EXPECT_EQ(serialise(bent(base, {})), serialise(base));
    EXPECT_EQ(serialise(bent(base, std::vector<Calibration>{{{1}, NAN}})), serialise(base));
    // At the very end there is no text that could be read.
    EXPECT_EQ(serialise(bent(base, std::vector<Calibration>{{{21600}, 900}})), serialise(base));
}

TEST(Bending, FindsRoomForTheEnds) {
    const Alignment base = plain_alignment(3);
    for (const Calibration& point :
         {Calibration{{0}, 500}, Calibration{{21599}, 900}, Calibration{{21599}, 1800}, Calibration{{0}, 0},
          Calibration{{10000}, 1800}, Calibration{{10000}, 0}}) {
        const Alignment alignment = bent(base, std::vector{point});
        EXPECT_NEAR(alignment.seconds_at(point.offset).seconds, point.seconds, 0.2);
        EXPECT_EQ(alignment.offset_at(alignment.seconds_at(point.offset).seconds).offset, point.offset);
        EXPECT_EQ(alignment.knots().front(), (Knot{{0}, 0}));
        EXPECT_EQ(alignment.knots().back(), (Knot{{21600}, 1800}));
    }
}

// The laws of all alignments, also at every knot; and whatever was said last holds.
void expect_lawful(const Alignment& alignment, std::span<const Calibration> said, Dice& dice) {
    const text::TextLength length = alignment.knots().back().offset.value;
    const double duration = alignment.knots().back().seconds;
    std::vector<std::uint32_t> offsets;
    for (const Knot& knot : alignment.knots()) offsets.push_back(knot.offset.value);
    testing::expect_lawful(alignment, std::move(offsets), dice);
    if (::testing::Test::HasFatalFailure()) return;
    for (const Calibration& point : consistent(said, {length}, duration)) {
        // Text needs time on either side of what is said, if ever so little.
        const double least = 1e-5 * point.offset.value;
        const double most = duration - 1e-5 * (length - point.offset.value);
        if (least > most || point.offset.value >= length) continue;
        ASSERT_NEAR(alignment.seconds_at(point.offset).seconds, std::clamp(point.seconds, least, most), 1e-6);
    }
    const std::string stored = serialise(alignment);
    const auto again = deserialise_alignment(stored);
    ASSERT_TRUE(again.has_value());
    ASSERT_EQ(serialise(*again), stored);
}

std::vector<Calibration> random_words(const Alignment& alignment, Dice& dice) {
    std::vector<Calibration> points;
    const Knot& last = alignment.knots().back();
    for (std::size_t i = 1 + dice.below(60); i > 0; --i) {
        const auto offset = static_cast<std::uint32_t>(dice.below(last.offset.value + 1));
        // Some are nearly right, some are absurd, some lie close together.
        const double near = alignment.seconds_at({offset}).seconds + (dice.roll() - 0.5) * 200;
        points.push_back({{offset}, dice.roll() < 0.6 ? near : dice.roll() * last.seconds});
        if (dice.roll() < 0.3 && offset < last.offset.value)
            points.push_back({{offset + 1}, points.back().seconds + dice.roll()});
    }
    return points;
}

TEST(Bending, KeepsTheLawsOfMadeBooks) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed + 9000);
        auto chapters = testing::made_chapters(1 + dice.below(20), "Chapter", seed);
        for (auto& chapter : chapters) {
            if (dice.roll() < 0.2) chapter.narrated = 0.1;
        }
        const Narration narration = testing::make_narration(chapters);
        const auto reading = testing::read_aloud(chapters, {.seed = seed}, 20);
        if (reading.back().end < 100) continue;
        const auto timeline = AudioTimeline::make(testing::record(chapters, reading, 20, 30));
        ASSERT_TRUE(timeline.has_value());
        const Alignment base = align(narration, *timeline);
        const auto words = random_words(base, dice);
        expect_lawful(bent(base, words), words, dice);
        if (HasFatalFailure()) return;
    }
}

TEST(Bending, KeepsTheLawsOfRealBooks) {
    Dice dice(3);
    for (const char* name : testing::kRealBooks) {
        for (const char* kind : {"titled", "merged", "none"}) {
            SCOPED_TRACE(std::string(name) + " " + kind);
            const auto timeline = AudioTimeline::make(testing::open_real_item(name, kind));
            const Alignment base = align(testing::open_real_book(name).narration, *timeline);
            for (int round = 0; round < 20; ++round) {
                const auto words = random_words(base, dice);
                expect_lawful(bent(base, words), words, dice);
                if (HasFatalFailure()) return;
            }
        }
    }
}

// The marks of another edition: chapters 2 and 3 of the audio are one, so that everything behind is matched
// to the chapter before, and all is three minutes late.
RawAudiobook wrong_marks(const std::string& name) {
    RawAudiobook audio = testing::open_real_item(name, "titled");
    for (std::size_t i = 0; i < audio.chapters.size(); ++i) {
        audio.chapters[i].title.clear();
        if (i > 0) audio.chapters[i].start = std::min(audio.chapters[i].start + 180, audio.duration);
        audio.chapters[i].end = std::min(audio.chapters[i].end + 180, audio.duration);
    }
    if (audio.chapters.size() > 4) {
        audio.chapters[2].end = audio.chapters[3].end;
        audio.chapters.erase(audio.chapters.begin() + 3);
    }
    return audio;
}

struct Gain {
    Accuracy near_before, near_after, before, after;
};

// `count` true pairs, evenly spread over what is read; "near" is within ten minutes of one of them.
Gain gain_of(const char* name, const RawAudiobook& audio, std::size_t count) {
    const testing::RealBook& real = testing::open_real_book(name);
    const Alignment base = align(real.narration, *AudioTimeline::make(audio));
    std::vector<Calibration> words;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& said = real.truth[real.truth.size() * (2 * i + 1) / (2 * count)];
        words.push_back({said.offset, said.seconds});
    }
    const Alignment alignment = bent(base, words);
    const auto before = second_errors(base, real.truth);
    const auto after = second_errors(alignment, real.truth);
    std::vector<WeightedError> near_before, near_after;
    for (std::size_t i = 0; i < real.truth.size(); ++i) {
        const bool near = std::any_of(words.begin(), words.end(), [&](const Calibration& word) {
            return std::abs(word.seconds - real.truth[i].seconds) < 600;
        });
        if (!near) continue;
        near_before.push_back(before[i]);
        near_after.push_back(after[i]);
    }
    return {accuracy_of(near_before), accuracy_of(near_after), accuracy_of(before), accuracy_of(after)};
}

TEST(Bending, BringsRealNarrationsNearer) {
    for (const std::string kind : {"titled", "merged", "none", "wrong"}) {
        for (const std::size_t count : {1UL, 2UL, 4UL}) {
            double near_before = 0, near_after = 0, before = 0, after = 0;
            for (const char* name : testing::kRealBooks) {
                const Gain gain = gain_of(
                    name, kind == "wrong" ? wrong_marks(name) : testing::open_real_item(name, kind), count);
                std::printf("%-7s %zu %-32s near: p90 %6.1f s -> %6.1f s   all: p90 %6.1f s -> %6.1f s\n",
                            kind.c_str(), count, name, gain.near_before.p90, gain.near_after.p90,
                            gain.before.p90, gain.after.p90);
                near_before += gain.near_before.p90;
                near_after += gain.near_after.p90;
                before += gain.before.p90;
                after += gain.after.p90;
            }
            std::printf(
                "%-7s %zu mean                             near: p90 %6.1f s -> %6.1f s   all: p90 %6.1f s "
                "-> %6.1f s\n",
                kind.c_str(), count, near_before / 4, near_after / 4, before / 4, after / 4);
            EXPECT_LT(near_after, kind == "titled" ? 1.1 * near_before : 0.75 * near_before)
                << kind << " " << count;
            EXPECT_LT(after, 1.05 * before) << kind << " " << count;
        }
    }
}

}  // namespace
}  // namespace koshelf::core::audio
