#include "platform/json.h"

#include <gtest/gtest.h>

#include "core/utf8.h"

namespace koshelf::platform {
namespace {

TEST(Json, AnswersQuestionsAboutWhatIsNotThere) {
    const auto document = JsonDocument::parse(R"({"a":[1,"x"],"n":null})");
    ASSERT_TRUE(document.has_value());
    const JsonValue root = document->root();
    EXPECT_FALSE(root.member("missing").exists());
    EXPECT_EQ(root.member("missing").member("deeper").string(), "");
    EXPECT_TRUE(root.member("n").is_null());
    EXPECT_EQ(root.member("a").first().number(), 1);
    EXPECT_EQ(root.member("a").first().next().string(), "x");
    EXPECT_FALSE(root.member("a").first().next().next().exists());
}

TEST(Json, TakesTheLastOfTwoMembersOfOneName) {
    EXPECT_EQ(JsonDocument::parse(R"({"a":1,"a":2,"A":3})")->root().member("a").number(), 2);
}

TEST(Json, MarksStringsWithNulAsNotUtf8) {
    const auto document = JsonDocument::parse(R"({"a":"bob\u0000x","b":"\\u0000"})");
    ASSERT_TRUE(document.has_value());
    EXPECT_FALSE(core::is_utf8(document->root().member("a").string()));
    EXPECT_EQ(document->root().member("b").string(), "\\u0000");
}

TEST(Json, ReadsAsDeepAsItsSyntaxCheckAllows) {
    const std::string deepest = std::string(core::kMaxJsonDepth, '[') + std::string(core::kMaxJsonDepth, ']');
    EXPECT_TRUE(JsonDocument::parse(deepest).has_value());
    EXPECT_FALSE(JsonDocument::parse("[" + deepest + "]").has_value());
}

}  // namespace
}  // namespace koshelf::platform
