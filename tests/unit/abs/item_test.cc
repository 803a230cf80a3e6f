#include "abs/item.h"

#include <gtest/gtest.h>

#include "abs/json_fields.h"

namespace koshelf::abs {
namespace {

constexpr std::string_view kItem =
    R"({"id":"i","libraryId":"l","mediaType":"book","updatedAt":1795485600123,"isMissing":false,
    "libraryFiles":[
        {"ino":"10","fileType":"ebook","isSupplementary":false,"metadata":{"filename":"a.epub","ext":".epub","size":1,"mtimeMs":1}},
        {"ino":"11","fileType":"ebook","isSupplementary":true,"metadata":{"filename":"b.PDF","ext":".PDF","size":77,"mtimeMs":88}},
        {"ino":"12","fileType":"audio","metadata":{"filename":"c.mp3","ext":".mp3"}}, null],
    "media":{"id":"m","metadata":{"title":"Half \ud83d","authorName":"A, B","isbn":"978","asin":null,"language":"en"},
        "duration":1800.5,"tracks":[{"index":1,"startOffset":0,"duration":1800.5,"title":"c.mp3"}],
        "chapters":[{"id":0,"start":0,"end":900,"title":"One"}],
        "ebookFile":{"ino":"10","ebookFormat":"epub","metadata":{"filename":"a.epub","ext":".epub","size":123456,"mtimeMs":1795000000000.5}}}})";

TEST(Item, IsReadWhole) {
    const auto item = parse_full_item(kItem);
    ASSERT_TRUE(item.has_value());
    EXPECT_EQ(item->id, "i");
    EXPECT_EQ(item->library, "l");
    EXPECT_EQ(item->media_id, "m");
    EXPECT_EQ(item->title, "Half \xEF\xBF\xBD");
    EXPECT_EQ(item->authors, "A, B");
    EXPECT_EQ(item->isbn, "978");
    EXPECT_EQ(item->asin, "");
    EXPECT_EQ(item->language, "en");
    EXPECT_EQ(item->duration, 1800.5);
    EXPECT_EQ(item->updated_at, 1795485600123);
    EXPECT_EQ(item->ebook, (EbookFile{"10", "epub", "a.epub", 123456, 1795000000000}));
    ASSERT_EQ(item->supplementary.size(), 1U);
    EXPECT_EQ(item->supplementary[0], (EbookFile{"11", "pdf", "b.PDF", 77, 88}));
    EXPECT_EQ(item->audio.tracks.size(), 1U);
    EXPECT_EQ(item->audio.chapters.size(), 1U);
    EXPECT_FALSE(item->podcast || item->missing);
}

TEST(Item, MayHaveNoEbookAndNoAudio) {
    const auto item = parse_full_item(R"({"id":"i","media":{"ebookFile":null}})");
    ASSERT_TRUE(item.has_value());
    EXPECT_FALSE(item->ebook.has_value());
    EXPECT_EQ(item->duration, 0);
    EXPECT_TRUE(item->audio.tracks.empty());
}

TEST(Item, MayBeAPodcast) {
    const auto item =
        parse_full_item(R"({"id":"i","mediaType":"podcast","media":{"id":"m","metadata":{"title":"T"}}})");
    ASSERT_TRUE(item.has_value());
    EXPECT_TRUE(item->podcast);
}

TEST(Item, IsNoneWithoutIdOrMedia) {
    EXPECT_EQ(parse_full_item("Not Found").error(), ItemJsonError::kNotJson);
    EXPECT_EQ(parse_full_item("{}").error(), ItemJsonError::kNotAnItem);
    EXPECT_EQ(parse_full_item(R"({"id":"i"})").error(), ItemJsonError::kNotAnItem);
    EXPECT_EQ(parse_full_item(R"({"media":{}})").error(), ItemJsonError::kNotAnItem);
}

TEST(ItemSummary, IsReadFromMinifiedAndExpandedItems) {
    const auto minified =
        parse_json(R"({"id":"i","libraryId":"l","mediaType":"book","updatedAt":5,"isMissing":true,
        "media":{"metadata":{"title":"T","authorName":"A"},"duration":"12.5","ebookFormat":"EPUB"}})");
    EXPECT_EQ(parse_item_summary(minified->root()),
              (ItemSummary{"i", "l", "T", "A", "", "", "epub", 12.5, 5, true, false}));
    const auto expanded =
        parse_json(R"({"id":"i","media":{"metadata":{"title":"T","authors":[{"name":"A"},{"name":"B"},5]},
        "ebookFile":{"ino":"1","metadata":{"ext":".epub"}},"duration":-1}})");
    EXPECT_EQ(parse_item_summary(expanded->root()),
              (ItemSummary{"i", "", "T", "A, B", "", "", "epub", 0, 0, false, false}));
    EXPECT_FALSE(parse_item_summary(parse_json("[]")->root()).has_value());
}

}  // namespace
}  // namespace koshelf::abs
