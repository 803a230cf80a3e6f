#include "core/json_text.h"

#include <limits>

#include <gtest/gtest.h>

#include "core/json_syntax.h"

namespace koshelf::core {
namespace {

using namespace std::string_view_literals;

std::string as_json(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(JsonText, EscapesWhatMustBeEscapedAndNothingElse) {
    EXPECT_EQ(as_json("a\"b\\c/d"), R"("a\"b\\c/d")");
    EXPECT_EQ(as_json("\n\r\t\x01\x7f"), "\"\\n\\r\\t\\u0001\\u007f\"");
    EXPECT_EQ(as_json("\0"sv), "\"\\u0000\"");
    EXPECT_EQ(as_json("caf\u00e9 \U0001F4DA"), "\"caf\u00e9 \U0001F4DA\"");
}

TEST(JsonText, IsJsonWhateverTheBytes) {
    EXPECT_EQ(as_json("a\xFFz"), "\"a\uFFFDz\"");
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    EXPECT_TRUE(check_json(as_json(all)).has_value());
}

TEST(JsonText, KeepsTheOrderOfMembers) {
    EXPECT_EQ(JsonObject().add("b", "x").add("a", 1).add("t", true).add("n", 0.5).finish(),
              R"({"b":"x","a":1,"t":true,"n":0.5})");
    EXPECT_EQ(JsonObject().finish(), "{}");
    EXPECT_EQ(JsonObject().add("x", std::numeric_limits<double>::infinity()).finish(), R"({"x":null})");
}

TEST(JsonText, NestsWhatIsJsonAlready) {
    const std::string inner = JsonObject().add("quote", "\"").finish();
    const std::string outer =
        JsonObject().add("a", 1).add_json("in\"ner", inner).add_json("list", "[1,[]]").finish();
    EXPECT_EQ(outer, R"({"a":1,"in\"ner":{"quote":"\""},"list":[1,[]]})");
    EXPECT_TRUE(check_json(outer).has_value());
}

}  // namespace
}  // namespace koshelf::core
