// Audiobooks of other editions than the text: the alignment must know that it does not know.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/audio/aligner.h"
#include "core/audio/trust.h"
#include "made_book.h"

namespace koshelf::core::audio {
namespace {

using testing::MadeChapter;
using testing::Narrator;
using testing::Reading;

constexpr double kLow = 0.5;

Alignment aligned(const std::vector<MadeChapter>& chapters, const RawAudiobook& audio,
                  const std::string& language = {}) {
    Narration narration = testing::make_narration(chapters);
    narration.language = language;
    return align(narration, *AudioTimeline::make(audio));
}

// The audio of a text of which each chapter keeps only the given share (cycled through).
RawAudiobook abridged(std::vector<MadeChapter> chapters, const std::vector<double>& shares,
                      const std::string& prefix) {
    for (std::size_t i = 0; i < chapters.size(); ++i) {
        chapters[i].characters =
            static_cast<std::uint32_t>(chapters[i].characters * shares[i % shares.size()]);
        chapters[i].title = prefix + std::to_string(i + 1);
    }
    return testing::record(chapters, testing::read_aloud(chapters, {}));
}

TEST(OtherEditions, UnabridgedIsTrusted) {
    const auto chapters = testing::made_chapters(15, "Chapter ");
    EXPECT_GT(aligned(chapters, abridged(chapters, {1}, "Chapter ")).confidence(), 0.8);
}

TEST(OtherEditions, AbridgedUnevenlyIsNot) {
    const auto chapters = testing::made_chapters(15, "Chapter ");
    for (const char* prefix : {"Chapter ", "Track "}) {
        EXPECT_LT(aligned(chapters, abridged(chapters, {0.9, 0.4, 0.7, 0.5, 0.8, 0.3}, prefix)).confidence(),
                  kLow)
            << prefix;
    }
}

TEST(OtherEditions, AbridgedEvenlyIsNot) {
    const auto chapters = testing::made_chapters(15, "Chapter ");
    EXPECT_LT(aligned(chapters, abridged(chapters, {0.5}, "Chapter ")).confidence(), kLow);
}

TEST(OtherEditions, AbridgedWithoutMarksIsNot) {
    const auto chapters = testing::made_chapters(15, "Chapter ");
    RawAudiobook audio = abridged(chapters, {0.5, 0.6}, "Chapter ");
    audio.chapters.clear();
    EXPECT_LT(aligned(chapters, audio).confidence(), kLow);
}

TEST(OtherEditions, WithHalfOfTheChaptersMissingAreNot) {
    const auto chapters = testing::made_chapters(20, "Chapter ");
    std::vector<MadeChapter> kept = chapters;
    for (std::size_t i = 0; i < kept.size(); i += 2) kept[i].narrated = 0;
    const RawAudiobook audio = testing::record(kept, testing::read_aloud(kept, {}));
    EXPECT_LT(aligned(chapters, audio).confidence(), kLow);
}

TEST(OtherEditions, InAnotherLanguageAreNot) {
    const auto chapters = testing::made_chapters(15, "Chapter ");
    RawAudiobook audio = abridged(chapters, {1}, "Kapitel ");
    audio.language = "German";
    EXPECT_LT(aligned(chapters, audio, "en-GB").confidence(), kLow);
}

TEST(OtherEditions, WithOtherTitlesAreNot) {
    const std::vector<std::string> english = {"The Sea", "A Storm", "Landfall", "Strangers",
                                              "Hunger",  "Winter",  "Home"};
    const std::vector<std::string> french = {"Au large", "Tempete", "Rivage", "Inconnus",
                                             "Famine",   "Neige",   "Retour"};
    std::vector<MadeChapter> chapters = testing::made_chapters(7, "");
    std::vector<MadeChapter> translated = chapters;
    for (std::size_t i = 0; i < chapters.size(); ++i) {
        chapters[i].title = english[i];
        translated[i].title = french[i];
        translated[i].characters += static_cast<std::uint32_t>(300 * (i * 5 % 7));
    }
    EXPECT_LT(
        aligned(chapters, testing::record(translated, testing::read_aloud(translated, {}))).confidence(),
        kLow);
}

TEST(OtherEditions, ReorderedAreNot) {
    auto chapters = testing::made_chapters(16, "Chapter ");
    for (const bool titled : {true, false}) {
        std::vector<MadeChapter> shuffled;
        for (std::size_t i = 0; i < chapters.size(); ++i) shuffled.push_back(chapters[i * 7 % 16]);
        for (std::size_t i = 0; !titled && i < shuffled.size(); ++i)
            shuffled[i].title = "Track " + std::to_string(i + 1);
        const RawAudiobook audio = testing::record(shuffled, testing::read_aloud(shuffled, {}));
        EXPECT_LT(aligned(chapters, audio).confidence(), kLow) << titled;
    }
}

TEST(OtherEditions, OfAnotherBookAreNot) {
    const auto chapters = testing::made_chapters(16, "Chapter ", 1);
    const auto other = testing::made_chapters(23, "Track ", 99);
    EXPECT_LT(aligned(chapters, testing::record(other, testing::read_aloud(other, {}))).confidence(), kLow);
}

TEST(OtherEditions, StillGiveAMonotoneAlignment) {
    const auto chapters = testing::made_chapters(15, "Chapter ");
    const Alignment alignment = aligned(chapters, abridged(chapters, {0.9, 0.2, 0.6}, "Chapter "));
    double before = -1;
    for (std::uint32_t at = 0; at < 150000; at += 500) {
        EXPECT_GE(alignment.seconds_at({at}).seconds, before);
        before = alignment.seconds_at({at}).seconds;
    }
}

TEST(Languages, AreComparedByWhatTheyMean) {
    EXPECT_FALSE(languages_differ("en-GB", "English"));
    EXPECT_FALSE(languages_differ("", "German"));
    EXPECT_FALSE(languages_differ("Klingon", "German"));
    EXPECT_TRUE(languages_differ("en", "de-AT"));
    EXPECT_TRUE(languages_differ("fra", "english"));
}

}  // namespace
}  // namespace koshelf::core::audio
