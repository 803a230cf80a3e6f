#include "core/audio/spoken_length.h"

#include <gtest/gtest.h>

namespace koshelf::core::audio {
namespace {

TEST(SpokenLength, CountsLettersAndNotBlanksOrQuotes) {
    EXPECT_DOUBLE_EQ(spoken_length("abc def"), 6);
    EXPECT_DOUBLE_EQ(spoken_length("\u201Cabc\u201D (def)"), 6);
    EXPECT_DOUBLE_EQ(spoken_length("été"), 3);
    EXPECT_DOUBLE_EQ(spoken_length(""), 0);
}

TEST(SpokenLength, ReadsDigitsAsWords) {
    EXPECT_GT(spoken_length("1842"), spoken_length("abcd") * 4);
}

TEST(SpokenLength, PausesAtPunctuation) {
    EXPECT_GT(spoken_length("ab. cd"), spoken_length("ab, cd"));
    EXPECT_GT(spoken_length("ab, cd"), spoken_length("ab cd"));
    EXPECT_DOUBLE_EQ(spoken_length("a--b"), spoken_length("a\u2014b"));
    EXPECT_DOUBLE_EQ(spoken_length("a-b"), 2);
}

TEST(SpokenLength, GivesMoreTimeToCharactersThatHoldMoreSound) {
    EXPECT_DOUBLE_EQ(spoken_length("書"), 3);
    EXPECT_GT(spoken_length("한국어"), spoken_length("abc"));
}

TEST(SpokenLength, SurvivesMalformedBytes) {
    EXPECT_DOUBLE_EQ(spoken_length("a\xFF\xC3(\xE2\x82"), 1);
}

}  // namespace
}  // namespace koshelf::core::audio
