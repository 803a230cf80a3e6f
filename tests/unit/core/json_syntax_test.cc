#include "core/json_syntax.h"

#include <string>

#include <gtest/gtest.h>

namespace koshelf::core {
namespace {

using namespace std::string_view_literals;

TEST(JsonSyntax, TakesEveryKindOfValue) {
    for (const auto text :
         {"0"sv, "-0.5e+3"sv, "true"sv, "null"sv, "\"\""sv, "[]"sv, "{}"sv, " [1, 2 ,[]] "sv,
          R"({"a":{"b":[true,false,null]},"c":"\u00e9\n\"\\\/"})"sv, R"("\ud83d\udcda")"sv, "\"\xFF\""sv}) {
        EXPECT_TRUE(check_json(text).has_value()) << text;
    }
}

TEST(JsonSyntax, RefusesWhatOtherReadersRefuse) {
    for (const auto text : {""sv,
                            " "sv,
                            "{"sv,
                            "}"sv,
                            "[1,]"sv,
                            "{\"a\":1,}"sv,
                            "{a:1}"sv,
                            "{\"a\"}"sv,
                            "{\"a\":}"sv,
                            "[1 2]"sv,
                            "01"sv,
                            "1."sv,
                            ".5"sv,
                            "+1"sv,
                            "-"sv,
                            "0x10"sv,
                            "NaN"sv,
                            "Infinity"sv,
                            "tru"sv,
                            "'a'"sv,
                            "\"a"sv,
                            "\"\t\""sv,
                            "\"\\x\""sv,
                            "\"\\u12\""sv,
                            R"("\ud83d")"sv,
                            R"("\udcda")"sv,
                            R"("\ud83dx")"sv,
                            R"("\ud83d\u0041")"sv,
                            "{}x"sv,
                            "1 2"sv,
                            "\xEF\xBB\xBF{}"sv,
                            "\"\0\""sv,
                            "\0"sv,
                            "[1]]"sv,
                            "{\"a\":1]"sv}) {
        EXPECT_FALSE(check_json(text).has_value()) << text;
    }
}

TEST(JsonSyntax, FindsEveryEscapedNul) {
    EXPECT_EQ(check_json(R"({"a":"x\u0000y","b":["\u0000"]})").value(), (std::vector<std::size_t>{7, 22}));
    EXPECT_TRUE(check_json(R"("\\u0000 \u0001")").value().empty());
}

TEST(JsonSyntax, NamesThePlaceOfTheError) {
    EXPECT_EQ(check_json(R"({"a":nope})").error().offset, 5U);
    EXPECT_EQ(check_json("[1,2").error().offset, 4U);
}

TEST(JsonSyntax, LimitsTheDepthWithoutRecursion) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(check_json(nested(kMaxJsonDepth)).has_value());
    EXPECT_FALSE(check_json(nested(kMaxJsonDepth + 1)).has_value());
    EXPECT_FALSE(check_json(std::string(3'000'000, '[')).has_value());
}

}  // namespace
}  // namespace koshelf::core
