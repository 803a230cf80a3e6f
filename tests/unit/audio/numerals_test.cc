#include "core/audio/numerals.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace koshelf::core::audio {
namespace {

int value_of(std::string_view text) {
    const std::vector<Word> words = words_of(text);
    const auto numeral = leading_numeral(words);
    return numeral ? numeral->value : -1;
}

TEST(Numerals, AreReadInEveryWriting) {
    const std::vector<std::pair<const char*, int>> table = {{"0", 0},
                                                            {"007", 7},
                                                            {"12", 12},
                                                            {"1984", 1984},
                                                            {"I", 1},
                                                            {"iv", 4},
                                                            {"XIX", 19},
                                                            {"XLII", 42},
                                                            {"CXCIX", 199},
                                                            {"one", 1},
                                                            {"Twelve", 12},
                                                            {"nineteenth", 19},
                                                            {"Twenty", 20},
                                                            {"twenty-one", 21},
                                                            {"twenty first", 21},
                                                            {"Ninety Nine", 99},
                                                            {"twentyfirst", 21},
                                                            {"First", 1},
                                                            {"eins", 1},
                                                            {"Zwölf", 12},
                                                            {"einundzwanzig", 21},
                                                            {"erstes", 1},
                                                            {"Zweite", 2},
                                                            {"drittes", 3},
                                                            {"fünfzehntes", 15},
                                                            {"zwanzigstes", 20},
                                                            {"premier", 1},
                                                            {"première", 1},
                                                            {"deuxième", 2},
                                                            {"vingt et un", 21},
                                                            {"vingt-deux", 22},
                                                            {"dix", 10},
                                                            {"primero", 1},
                                                            {"cinco", 5},
                                                            {"dieciséis", 16},
                                                            {"treinta y uno", 31},
                                                            {"terzo", 3},
                                                            {"ventidue", 22},
                                                            {"quatro", 4},
                                                            {"eenentwintig", 21},
                                                            {"derde", 3},
                                                            {"первая", 1},
                                                            {"двадцать", 20},
                                                            {"Третья", 3},
                                                            {"十二", 12},
                                                            {"二十", 20},
                                                            {"一百零三", 103},
                                                            {"九", 9}};
    for (const auto& [text, value] : table) EXPECT_EQ(value_of(text), value) << text;
}

TEST(Numerals, AreNotSeenInOrdinaryWords) {
    for (const char* text :
         {"", "mix", "livid", "civic", "iiii", "vx", "the", "Gotama", "ill", "mm", "die"}) {
        EXPECT_EQ(value_of(text), -1) << text;
    }
}

TEST(Numerals, TellHowManyWordsTheyTook) {
    const std::vector<Word> words = words_of("Twenty One Pilots");
    EXPECT_EQ(leading_numeral(words)->words, 2U);
    EXPECT_EQ(leading_numeral(words_of("Twenty. One"))->words, 1U);
}

TEST(Numerals, RefuseWhatNoBookCounts) {
    EXPECT_EQ(value_of("123456"), -1);
}

}  // namespace
}  // namespace koshelf::core::audio
