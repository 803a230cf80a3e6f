// What Audiobookshelf says of an item, odd titles included.
#include "abs/item_json.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "abs/lone_surrogates.h"

namespace koshelf::abs {
namespace {

std::string item_with_title(const std::string& title) {
    return R"({"mediaType":"book","media":{"metadata":{"title":"A Book"},"duration":100,)"
           R"("chapters":[{"id":0,"start":0,"end":100,"title":")" +
           title + R"("}]}})";
}

std::string title_read(const std::string& written) {
    const auto book = parse_item(item_with_title(written));
    EXPECT_TRUE(book) << written;
    return book && !book->chapters.empty() ? book->chapters[0].title : "(none)";
}

TEST(ItemJson, TakesATitleThatWasCutInsideACharacter) {
    EXPECT_EQ(title_read(R"(Chapter 3 \ud83d)"), "Chapter 3 \uFFFD");
    EXPECT_EQ(title_read(R"(\ude00 Chapter 3)"), "\uFFFD Chapter 3");
    EXPECT_EQ(title_read(R"(\ud83d\ud83d\ude00)"), "\uFFFD\U0001F600");
    EXPECT_EQ(title_read(R"(\uD83D\n4)"), "\uFFFD\n4");
}

TEST(ItemJson, LeavesWholeCharactersAndEscapedBackslashesAlone) {
    EXPECT_EQ(title_read(R"(\ud83d\ude00)"), "\U0001F600");
    EXPECT_EQ(title_read(R"(a\\ud83d)"), "a\\ud83d");
    EXPECT_EQ(title_read(R"(\\\ud83d)"), "\\\uFFFD");
}

TEST(ItemJson, LosesATitleWithNulButNotTheItem) {
    EXPECT_EQ(title_read(R"(a\u0000b)"), "");
}

TEST(ItemJson, RefusesWhatIsNoJsonAllTheSame) {
    EXPECT_EQ(parse_item(R"({"media":{"x":"\ud8"}})").error(), ItemJsonError::kNotJson);
    EXPECT_EQ(parse_item(R"({"media":{"x":"\)").error(), ItemJsonError::kNotJson);
    EXPECT_EQ(parse_item("").error(), ItemJsonError::kNotJson);
}

TEST(ItemJson, TellsItemsFromOtherThings) {
    EXPECT_EQ(parse_item("{}").error(), ItemJsonError::kNotAnItem);
    EXPECT_EQ(parse_item(R"({"mediaType":"podcast","media":{}})").error(), ItemJsonError::kNotABook);
    EXPECT_TRUE(parse_item(R"({"media":{}})"));
}

TEST(ItemJson, TakesNumbersThatAreNoTimesForMissing) {
    const auto book =
        parse_item(R"({"media":{"duration":"1","chapters":[{"start":null,"end":"9","title":7},"x",null]}})");
    ASSERT_TRUE(book);
    ASSERT_EQ(book->chapters.size(), 1U);
    EXPECT_TRUE(std::isnan(book->chapters[0].start));
    EXPECT_EQ(book->chapters[0].title, "");
    EXPECT_EQ(book->duration, 0);
}

TEST(LoneSurrogates, AtTheVeryEndDoNoHarm) {
    EXPECT_EQ(replace_lone_surrogates(R"(\ud83d)"), R"(\ufffd)");
    EXPECT_EQ(replace_lone_surrogates(R"(\ud83d\)"), R"(\ufffd\)");
    EXPECT_EQ(replace_lone_surrogates(R"(\ud83)"), R"(\ud83)");
    EXPECT_EQ(replace_lone_surrogates("\\"), "\\");
}

TEST(ItemJson, IsReadAsItWasWritten) {
    const core::audio::RawAudiobook book{.duration = 100.25,
                                         .tracks = {{0, 50, "a\".mp3"}, {50, 50.25, ""}},
                                         .chapters = {{0, 60, "One"}, {60, 100.25, "\u7AE0"}},
                                         .title = "T",
                                         .language = "en"};
    const auto again = parse_item(to_item_json(book));
    ASSERT_TRUE(again);
    EXPECT_EQ(to_item_json(*again), to_item_json(book));
    EXPECT_EQ(again->chapters.size(), 2U);
    EXPECT_EQ(again->tracks[1].start, 50);
    EXPECT_EQ(again->duration, 100.25);
    EXPECT_EQ(again->title + again->language + again->chapters[1].title, "Ten\u7AE0");
    EXPECT_TRUE(parse_item(to_item_json({})));
}

}  // namespace
}  // namespace koshelf::abs
