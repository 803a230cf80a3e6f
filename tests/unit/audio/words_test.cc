#include "core/audio/words.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::core::audio {
namespace {

std::vector<std::string> texts(std::string_view title) {
    std::vector<std::string> found;
    for (const Word& word : words_of(title)) found.push_back(word.text);
    return found;
}

TEST(Words, LoseCaseAndDiacritics) {
    EXPECT_THAT(texts("Élan VITAL, Straße Ærø"), testing::ElementsAre("elan", "vital", "strasse", "aero"));
    EXPECT_THAT(texts("ГЛАВА Ёж"), testing::ElementsAre("глава", "еж"));
}

TEST(Words, PartLettersFromDigits) {
    EXPECT_THAT(texts("Track01"), testing::ElementsAre("track", "01"));
    EXPECT_TRUE(words_of("Track01")[1].digits);
}

TEST(Words, ReadDigitsOfOtherScripts) {
    EXPECT_THAT(texts("\u0661\u0662 \uFF13"), testing::ElementsAre("12", "3"));
}

TEST(Words, KeepApostrophesInside) {
    EXPECT_THAT(texts("The Queen\u2019s"), testing::ElementsAre("the", "queens"));
}

TEST(Words, KnowWhereAPhraseEnds) {
    const std::vector<Word> words = words_of("XII. The Sea");
    EXPECT_TRUE(words[0].closed);
    EXPECT_FALSE(words[1].closed);
    EXPECT_FALSE(words_of("twenty-one")[0].closed);
}

TEST(Words, SurviveMalformedBytes) {
    EXPECT_THAT(texts("ab\xFF\xC3(cd\xE2\x82"), testing::ElementsAre("ab", "cd"));
    EXPECT_TRUE(words_of("").empty());
}

}  // namespace
}  // namespace koshelf::core::audio
