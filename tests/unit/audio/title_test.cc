#include "core/audio/title.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace koshelf::core::audio {
namespace {

struct Expected {
    const char* title;
    TitleUnit unit;
    int value;  // -1: no number
    std::string words;
};

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

TEST(Titles, SayTheirNumberAndTheirName) {
    const std::vector<Expected> table = {
        {"Chapter 12: The Sea", TitleUnit::kChapter, 12, "sea"},
        {"CHAPTER XII. The Sea", TitleUnit::kChapter, 12, "sea"},
        {"Chapter Twelve", TitleUnit::kChapter, 12, ""},
        {"Chapter the Third", TitleUnit::kChapter, 3, ""},
        {"Ch. 7 - Storm", TitleUnit::kChapter, 7, "storm"},
        {"The Third Chapter", TitleUnit::kChapter, 3, ""},
        {"12", TitleUnit::kUnknown, 12, ""},
        {"12. The Sea", TitleUnit::kUnknown, 12, "sea"},
        {"012 - The Sea", TitleUnit::kUnknown, 12, "sea"},
        {"XII", TitleUnit::kUnknown, 12, ""},
        {"Twelve", TitleUnit::kUnknown, 12, ""},
        {"Siddhartha - 07", TitleUnit::kUnknown, 7, "siddhartha"},
        {"Track 07", TitleUnit::kFile, 7, ""},
        {"Disc 3", TitleUnit::kFile, 3, ""},
        {"Part Two", TitleUnit::kPart, 2, ""},
        {"Book the First: Recalled to Life", TitleUnit::kPart, 1, "recalled life"},
        {"Letter 4", TitleUnit::kOther, 4, ""},
        {"Kapitel 3: Das Meer", TitleUnit::kChapter, 3, "meer"},
        {"Zwölftes Kapitel", TitleUnit::kChapter, 12, ""},
        {"3. Kapitel", TitleUnit::kChapter, 3, ""},
        {"Chapitre premier", TitleUnit::kChapter, 1, ""},
        {"Capítulo XIV", TitleUnit::kChapter, 14, ""},
        {"Capitolo secondo", TitleUnit::kChapter, 2, ""},
        {"Hoofdstuk 9", TitleUnit::kChapter, 9, ""},
        {"Глава 5. Море", TitleUnit::kChapter, 5, "море"},
        {"Глава пятая", TitleUnit::kChapter, 5, ""},
        {"第十二章", TitleUnit::kChapter, 12, ""},
        {"第12章", TitleUnit::kChapter, 12, ""},
        {"第三部", TitleUnit::kPart, 3, ""},
        {"The Sea", TitleUnit::kUnknown, -1, "sea"},
        {"I Meet Dr. Sheppard", TitleUnit::kUnknown, -1, "meet dr sheppard"},
        {"One Morning", TitleUnit::kUnknown, -1, "one morning"},
        {"Prologue", TitleUnit::kUnknown, -1, "prologue"},
        {"Epilog", TitleUnit::kUnknown, -1, "epilogue"},
        {"Vorwort", TitleUnit::kUnknown, -1, "preface"},
        {"", TitleUnit::kUnknown, -1, ""}};
    for (const Expected& expected : table) {
        const TitleFacts facts = read_title(expected.title);
        EXPECT_EQ(facts.role, TitleRole::kPlain) << expected.title;
        EXPECT_EQ(joined(facts.words), expected.words) << expected.title;
        if (expected.value < 0) {
            EXPECT_TRUE(facts.numbers.empty()) << expected.title;
        } else if (facts.numbers.empty()) {
            ADD_FAILURE() << expected.title << ": no number";
        } else {
            EXPECT_EQ(facts.numbers.back().value, expected.value) << expected.title;
            EXPECT_EQ(facts.numbers.back().unit, expected.unit) << expected.title;
        }
    }
}

TEST(Titles, NestNumbers) {
    const TitleFacts facts = read_title("Part 2, Chapter 3");
    ASSERT_EQ(facts.numbers.size(), 2U);
    EXPECT_EQ(facts.numbers[0].value, 2);
    EXPECT_EQ(facts.numbers[1].value, 3);
}

TEST(Titles, KnowWhatAudiobooksAddToTheirBooks) {
    for (const char* title :
         {"Opening Credits", "Intro", "Audible Intro", "LibriVox Introduction", "Vorspann"}) {
        EXPECT_EQ(read_title(title).role, TitleRole::kOpening) << title;
    }
    for (const char* title : {"End Credits", "Closing Credits", "Outro", "Abspann", "The End"}) {
        EXPECT_EQ(read_title(title).role, TitleRole::kClosing) << title;
    }
}

TEST(Titles, SurviveAnything) {
    EXPECT_TRUE(read_title(std::string(100000, 'a')).numbers.empty());
    EXPECT_TRUE(read_title("\xFF\xFE\xC0").words.empty());
    (void)read_title("第章 第 章第");
}

std::vector<TitleFacts> read(const std::vector<std::string>& titles) {
    std::vector<TitleFacts> facts;
    for (const std::string& title : titles) facts.push_back(read_title(title));
    return facts;
}

TEST(TitleEvidence, AgreesOnNumbersInAnyWriting) {
    const auto text = read({"CHAPTER I. Down the Hole", "CHAPTER II. The Pool", "CHAPTER III. The Race"});
    const auto audio = read({"Chapter One", "Kapitel 2", "3"});
    const TitleEvidence evidence(text, audio);
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) EXPECT_EQ(evidence.log_odds(i, j) > 0, i == j) << i << " " << j;
    }
}

TEST(TitleEvidence, AgreesOnNamesWhateverTheirPrefix) {
    const auto text = read({"GOTAMA", "AWAKENING", "KAMALA"});
    const auto audio = read({"01 - Gotama", "02 - Awakening", "03 - Kamala"});
    const TitleEvidence evidence(text, audio);
    EXPECT_GT(evidence.log_odds(1, 1), 2);
    EXPECT_LT(evidence.log_odds(1, 2), 0);
}

TEST(TitleEvidence, IgnoresTheNameOfTheBookInEveryTitle) {
    const auto text = read({"Siddhartha", "The Son", "Om", "Kamala", "The Ferryman"});
    const auto audio = read({"Siddhartha 1", "Siddhartha 2", "Siddhartha 3", "Siddhartha 4", "Siddhartha 5"});
    const TitleEvidence evidence(text, audio);
    EXPECT_NEAR(evidence.log_odds(0, 3), 0, 1.1);
}

TEST(TitleEvidence, SaysNothingOfFileNumbersThatDiffer) {
    const auto text = read({"Chapter 1", "Chapter 2"});
    const auto audio = read({"Track 02", "Track 03"});
    EXPECT_EQ(TitleEvidence(text, audio).log_odds(0, 0), 0);
}

TEST(TitleEvidence, ForgivesTypingErrors) {
    const auto text = read({"William Bent Pitman Hears of Something", "The Return of the Great Vance"});
    const auto audio = read({"Willliam Bent Pitman hears of somethng", "Return of the Great Vance"});
    EXPECT_GT(TitleEvidence(text, audio).word_likeness(0, 0), 0.9);
}

}  // namespace
}  // namespace koshelf::core::audio
