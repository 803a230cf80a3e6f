// Real narrations, bent into editions that their text is not.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/audio/aligner.h"
#include "made_book.h"
#include "real_book.h"

namespace koshelf::core::audio {
namespace {

constexpr double kLow = 0.5;

// Lays the chapters end to end again after their lengths or their order changed.
RawAudiobook laid_out(RawAudiobook audio) {
    double at = 0;
    for (RawChapter& chapter : audio.chapters) {
        const double length = chapter.end - chapter.start;
        chapter.start = at;
        at = chapter.end = at + length;
    }
    audio.duration = at;
    audio.tracks = {{0, at, "book.m4b"}};
    return audio;
}

// Every chapter but the credits keeps a share between `least` and `most` of its length.
RawAudiobook shortened(RawAudiobook audio, double least, double most, unsigned seed) {
    testing::Dice dice(seed);
    for (RawChapter& chapter : audio.chapters) {
        const double share = least + (most - least) * dice.roll();
        if (chapter.end - chapter.start > 60)
            chapter.end = chapter.start + share * (chapter.end - chapter.start);
    }
    return laid_out(std::move(audio));
}

class RealEditions : public ::testing::TestWithParam<const char*> {
  protected:
    double confidence(const RawAudiobook& audio) const {
        return align(book_.narration, *AudioTimeline::make(audio)).confidence();
    }

    std::string name_ = GetParam();
    const testing::RealBook& book_ = testing::open_real_book(name_);
};

TEST_P(RealEditions, AreTrustedAsTheyAre) {
    for (const char* kind : {"titled", "numbered", "tracks"})
        EXPECT_GT(confidence(testing::open_real_item(name_, kind)), 0.9);
}

TEST_P(RealEditions, AreNotTrustedAbridged) {
    for (const char* kind : {"titled", "numbered", "tracks", "merged"}) {
        const RawAudiobook audio = testing::open_real_item(name_, kind);
        EXPECT_LT(confidence(shortened(audio, 0.3, 0.9, 1)), kLow) << kind;
        EXPECT_LT(confidence(shortened(audio, 0.5, 0.5, 2)), kLow) << kind;
    }
}

TEST_P(RealEditions, AreNotTrustedTranslated) {
    for (const char* kind : {"titled", "numbered", "tracks", "merged"}) {
        RawAudiobook audio = shortened(testing::open_real_item(name_, kind), 0.95, 1.25, 3);
        audio.language = "German";
        EXPECT_LT(confidence(audio), kLow) << kind;
    }
}

TEST_P(RealEditions, AreNotTrustedReordered) {
    for (const char* kind : {"titled", "numbered", "tracks"}) {
        RawAudiobook audio = testing::open_real_item(name_, kind);
        std::reverse(audio.chapters.begin() + 1, audio.chapters.end() - 1);
        EXPECT_LT(confidence(laid_out(audio)), kLow) << kind;
        testing::Dice dice(4);
        for (std::size_t i = audio.chapters.size() - 2; i > 1; --i) {
            std::swap(audio.chapters[i], audio.chapters[1 + dice.below(i)]);
        }
        EXPECT_LT(confidence(laid_out(audio)), kLow) << kind;
    }
}

TEST_P(RealEditions, AreNotTrustedWithTheAudioOfAnotherBook) {
    for (const char* other : testing::kRealBooks) {
        if (other == name_) continue;
        for (const char* kind : {"titled", "numbered", "tracks", "merged"}) {
            EXPECT_LT(confidence(testing::open_real_item(other, kind)), 0.6) << other << " " << kind;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Books, RealEditions, ::testing::ValuesIn(testing::kRealBooks),
                         [](const auto& book) { return std::string(book.param); });

}  // namespace
}  // namespace koshelf::core::audio
