#include "ctl/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

tl::expected<Options, std::string> parse(std::vector<std::string_view> arguments) {
    return Options::parse(arguments, {"--flag"}, {"--name"});
}

TEST(Options, AreSortedFromTheWords) {
    const auto options = parse({"a", "--name", "x y", "-", "--flag", "b"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->value("--name"), "x y");
    EXPECT_TRUE(options->has("--flag"));
    EXPECT_THAT(options->words(), ElementsAre("a", "-", "b"));
    EXPECT_EQ(parse({"--name=x=y"})->value("--name"), "x=y");
    EXPECT_EQ(parse({})->value("--name"), std::nullopt);
}

TEST(Options, EndAtTwoHyphens) {
    const auto options = parse({"--", "--flag", "--what"});
    ASSERT_TRUE(options);
    EXPECT_FALSE(options->has("--flag"));
    EXPECT_THAT(options->words(), ElementsAre("--flag", "--what"));
}

TEST(Options, ThatMakeNoSenseAreNamed) {
    EXPECT_THAT(parse({"--what"}).error(), HasSubstr("--what"));
    EXPECT_THAT(parse({"--flag=on"}).error(), HasSubstr("--flag"));
    EXPECT_THAT(parse({"--name"}).error(), HasSubstr("lacks its value"));
    EXPECT_THAT(parse({"--flag", "--flag"}).error(), HasSubstr("twice"));
}

}  // namespace
}  // namespace koshelf::ctl
