#include "core/number.h"

#include <random>

#include <gtest/gtest.h>

namespace koshelf::core {
namespace {

TEST(JsonNumber, FollowsTheGrammarOfJson) {
    EXPECT_EQ(parse_json_number("0"), 0.0);
    EXPECT_EQ(parse_json_number("-1.5e-3"), -0.0015);
    EXPECT_EQ(parse_json_number("0.4127"), 0.4127);
    EXPECT_EQ(parse_json_number("1E2"), 100.0);
    for (const char* text :
         {"", "+1", ".5", "5.", "01", "0x10", " 1", "1 ", "NaN", "Infinity", "1e", "--1", "1e+"}) {
        EXPECT_FALSE(parse_json_number(text)) << text;
    }
}

TEST(JsonNumber, HasNoInfinity) {
    EXPECT_FALSE(parse_json_number("1E400"));
    EXPECT_FALSE(parse_json_number("-1e309"));
    EXPECT_EQ(parse_json_number("1e-400"), 0.0);
}

TEST(StoredNumber, ReadsWhatTheReferenceServerReads) {
    EXPECT_EQ(parse_stored_number("0.5"), 0.5);
    EXPECT_EQ(parse_stored_number(" +1 "), 1.0);
    EXPECT_EQ(parse_stored_number("0x10"), 16.0);
    EXPECT_EQ(parse_stored_number(".5"), 0.5);
    EXPECT_EQ(parse_stored_number("-2"), -2.0);
    for (const char* text : {"", "nan", "inf", "-inf", "userdata: NULL", "1e400", "x", "-", "0x"}) {
        EXPECT_FALSE(parse_stored_number(text)) << text;
    }
}

TEST(FormatNumber, IsShortAndReadsBackAsTheSameDouble) {
    EXPECT_EQ(format_number(0), "0");
    EXPECT_EQ(format_number(0.1), "0.1");
    EXPECT_EQ(format_number(56), "56");
    EXPECT_EQ(format_number(0.12345678901234568), "0.12345678901234568");
    std::mt19937_64 random(20261123);
    std::uniform_real_distribution<double> fraction(0, 1);
    for (int i = 0; i < 10'000; ++i) {
        const double value = fraction(random);
        EXPECT_EQ(parse_json_number(format_number(value)), value);
    }
}

}  // namespace
}  // namespace koshelf::core
