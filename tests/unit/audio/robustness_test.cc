// The four real narrations with other chapter marks than they came with: without titles, shifted, joined and
// cut at random, behind credits of other lengths. Whatever was done to the marks, the errors stay within what
// is asked of such marks. Prints its figures.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/audio/aligner.h"
#include "made_book.h"
#include "real_book.h"

namespace koshelf::core::audio {
namespace {

using testing::Dice;

struct Limits {
    double median;
    double p90;
    double within_60;
};
constexpr Limits kChapterLimits{10, 28, 0.98};
constexpr Limits kTrackLimits{12, 35, 0.96};

// What is asked of marks that hold two or three chapters each. Its 90th percentile has no margin: it is what
// single chapters differ in pace, which nothing in the text foretells.
constexpr Limits kMergedLimits{14, 45, 0.94};

using Truth = std::vector<SpokenSentence>;
using Change = std::function<void(RawAudiobook&, Truth&, Dice&)>;

bool is_credits(const RawChapter& chapter) {
    return chapter.end - chapter.start < 60;
}

void drop_titles(RawAudiobook& audio, Truth&, Dice&) {
    for (RawChapter& chapter : audio.chapters) chapter.title.clear();
}

void name_by_number(RawAudiobook& audio, Truth&, Dice&) {
    int number = 0;
    for (RawChapter& chapter : audio.chapters) {
        ++number;
        chapter.title = (number < 10 ? "00" : "0") + std::to_string(number);
    }
}

// As some stores do it: the credits are a chapter like any other.
void name_all_chapters(RawAudiobook& audio, Truth&, Dice&) {
    int number = 0;
    for (RawChapter& chapter : audio.chapters) chapter.title = "Chapter " + std::to_string(++number);
}

// Every mark sits up to `seconds` beside the true one.
Change shift_marks(double seconds) {
    return [seconds](RawAudiobook& audio, Truth&, Dice& dice) {
        for (std::size_t i = 1; i < audio.chapters.size(); ++i) {
            const double by = seconds * (2 * dice.roll() - 1);
            audio.chapters[i].start += by;
            audio.chapters[i - 1].end = audio.chapters[i].start;
        }
    };
}

// The opening and closing credits take as long as the dice say, 10 to 60 s, with a mark of their own or not.
Change other_credits(bool marked) {
    return [marked](RawAudiobook& audio, Truth& truth, Dice& dice) {
        const double old = audio.chapters.front().end;
        const double opening = 10 + 50 * dice.roll();
        const double closing = 10 + 50 * dice.roll();
        for (RawChapter& chapter : audio.chapters) {
            chapter.start += opening - old;
            chapter.end += opening - old;
        }
        audio.chapters.front().start = 0;
        audio.chapters.back().end = audio.chapters.back().start + closing;
        for (SpokenSentence& sentence : truth) sentence.seconds += opening - old;
        audio.duration = audio.chapters.back().end;
        audio.tracks = {{0, audio.duration, "book.m4b"}};
        if (marked) return;
        audio.chapters.erase(audio.chapters.begin());
        audio.chapters.front().start = 0;
        audio.chapters.pop_back();
        audio.chapters.back().end = audio.duration;
    };
}

// Joins neighbours, up to `most` chapters to a mark, as the dice say.
Change join_chapters(std::size_t most) {
    return [most](RawAudiobook& audio, Truth&, Dice& dice) {
        std::vector<RawChapter> joined;
        for (std::size_t i = 0; i < audio.chapters.size();) {
            RawChapter chapter = audio.chapters[i++];
            const std::size_t more = is_credits(chapter) ? 0 : dice.below(most);
            for (std::size_t k = 0; k < more && i < audio.chapters.size(); ++k) {
                if (is_credits(audio.chapters[i])) break;
                chapter.end = audio.chapters[i++].end;
            }
            if (!is_credits(chapter)) chapter.title = "Part " + std::to_string(joined.size());
            joined.push_back(chapter);
        }
        audio.chapters = joined;
    };
}

// Cuts every other chapter in two at some sentence.
void split_chapters(RawAudiobook& audio, Truth& truth, Dice& dice) {
    std::vector<RawChapter> cut;
    for (const RawChapter& chapter : audio.chapters) {
        const double length = chapter.end - chapter.start;
        const double wish = chapter.start + length * (0.3 + 0.4 * dice.roll());
        const auto sentence =
            std::lower_bound(truth.begin(), truth.end(), wish,
                             [](const SpokenSentence& s, double value) { return s.seconds < value; });
        if (is_credits(chapter) || dice.roll() < 0.5 || sentence == truth.end() ||
            sentence->seconds >= chapter.end) {
            cut.push_back(chapter);
            continue;
        }
        cut.push_back({chapter.start, sentence->seconds, chapter.title + " (1)"});
        cut.push_back({sentence->seconds, chapter.end, chapter.title + " (2)"});
    }
    audio.chapters = cut;
}

struct Case {
    const char* name;
    const char* kind;
    std::vector<Change> changes;
    Limits limits;
};

std::vector<Case> cases() {
    return {
        {"no titles", "titled", {drop_titles}, kTrackLimits},
        {"bare numbers", "titled", {name_by_number}, kTrackLimits},
        {"chapters counted from the credits", "titled", {name_all_chapters}, kTrackLimits},
        {"the same without credits", "titled", {other_credits(false), name_all_chapters}, kTrackLimits},
        {"marks 3 s off", "titled", {shift_marks(3)}, kChapterLimits},
        {"marks 8 s off", "titled", {shift_marks(8)}, {11, 30, 0.98}},
        {"no titles, marks 5 s off", "titled", {drop_titles, shift_marks(5)}, kTrackLimits},
        {"other credits", "titled", {other_credits(true)}, kChapterLimits},
        {"other credits, numbered", "numbered", {other_credits(true)}, kChapterLimits},
        {"other credits, no titles", "titled", {other_credits(true), drop_titles}, kTrackLimits},
        {"credits without marks", "titled", {other_credits(false)}, kChapterLimits},
        {"credits without marks, no titles", "titled", {other_credits(false), drop_titles}, kTrackLimits},
        {"two to a mark, other credits", "merged", {other_credits(true)}, kMergedLimits},
        {"one to three to a mark", "titled", {join_chapters(3)}, kMergedLimits},
        {"some cut in two", "titled", {split_chapters}, kTrackLimits},
        {"some cut in two, 4 s off", "titled", {split_chapters, shift_marks(4)}, kTrackLimits},
    };
}

class Robustness : public ::testing::TestWithParam<Case> {};

TEST_P(Robustness, KeepsTheErrorsWithinTheLimits) {
    constexpr unsigned kSeeds = 10;
    const Case& wanted = GetParam();
    std::vector<WeightedError> errors;
    double worst = 0;
    for (const char* name : testing::kRealBooks) {
        const testing::RealBook& real = testing::open_real_book(name);
        for (unsigned seed = 1; seed <= kSeeds; ++seed) {
            RawAudiobook audio = testing::open_real_item(name, wanted.kind);
            Truth truth = real.truth;
            Dice dice(seed);
            for (const Change& change : wanted.changes) change(audio, truth, dice);
            const Alignment alignment = align(real.narration, *AudioTimeline::make(audio));
            const auto found = second_errors(alignment, truth);
            errors.insert(errors.end(), found.begin(), found.end());
            worst = std::max(worst, accuracy_of(found).p90);
        }
    }
    const Accuracy found = accuracy_of(errors);
    std::printf("%-34s median %5.1f s  p90 %5.1f s (worst audiobook %5.1f s)  within 60 s %5.1f %%\n",
                wanted.name, found.median, found.p90, worst, 100 * found.within_60);
    EXPECT_LE(found.median, wanted.limits.median);
    EXPECT_LE(found.p90, wanted.limits.p90);
    EXPECT_GE(found.within_60, wanted.limits.within_60);
}

INSTANTIATE_TEST_SUITE_P(Marks, Robustness, ::testing::ValuesIn(cases()), [](const auto& tried) {
    std::string name;
    for (const char c : std::string_view(tried.param.name)) name += std::isalnum(c) != 0 ? c : '_';
    return name;
});

}  // namespace
}  // namespace koshelf::core::audio
