#include "abs/media_progress.h"

#include <gtest/gtest.h>

#include "abs/json_fields.h"
#include "abs/me.h"

namespace koshelf::abs {
namespace {

constexpr std::string_view kRecord =
    R"({"id":"r","userId":"u","libraryItemId":"i","episodeId":null,"mediaItemId":"m","mediaItemType":"book",)"
    R"("duration":1800.5,"progress":0.30000000000000004,"currentTime":540.15,"isFinished":false,)"
    R"json("hideFromContinueListening":false,"ebookLocation":"epubcfi(/6/4!/4/2)","ebookProgress":0.25,)json"
    R"("lastUpdate":1795485600123,"startedAt":1795485000000,"finishedAt":null})";

MediaProgress parsed(std::string_view json) {
    const auto record = parse_media_progress_text(json);
    EXPECT_TRUE(record.has_value()) << json;
    return record.value_or(MediaProgress{});
}

TEST(MediaProgress, IsReadWhole) {
    const MediaProgress record = parsed(kRecord);
    EXPECT_EQ(record.id, "r");
    EXPECT_EQ(record.user, "u");
    EXPECT_EQ(record.item, "i");
    EXPECT_EQ(record.media_item, "m");
    EXPECT_EQ(record.episode, "");
    EXPECT_EQ(record.current_time, 540.15);
    EXPECT_EQ(record.duration, 1800.5);
    EXPECT_EQ(record.progress, 0.30000000000000004);
    EXPECT_EQ(record.ebook_progress, 0.25);
    EXPECT_EQ(record.ebook_location, "epubcfi(/6/4!/4/2)");
    EXPECT_FALSE(record.finished);
    EXPECT_EQ(record.last_update, 1795485600123);
    EXPECT_EQ(record.started_at, 1795485000000);
}

TEST(MediaProgress, TakesNumbersThatClientsSentAsStrings) {
    const MediaProgress record = parsed(R"({"libraryItemId":"i","currentTime":"123.5","ebookProgress":"0.25",
        "lastUpdate":"1795485600123","isFinished":"true"})");
    EXPECT_EQ(record.current_time, 123.5);
    EXPECT_EQ(record.ebook_progress, 0.25);
    EXPECT_EQ(record.last_update, 1795485600123);
    EXPECT_TRUE(record.finished);
}

TEST(MediaProgress, TakesGarbageForNothing) {
    const MediaProgress record =
        parsed(R"({"libraryItemId":"i","currentTime":"abc","duration":null,"progress":1e999,
        "ebookProgress":[0.5],"ebookLocation":{"a":1},"lastUpdate":-5,"startedAt":1e300,"isFinished":"maybe"})");
    EXPECT_FALSE(record.current_time || record.duration || record.progress || record.ebook_progress);
    EXPECT_FALSE(record.ebook_location.has_value());
    EXPECT_EQ(record.last_update, 0);
    EXPECT_EQ(record.started_at, 0);
    EXPECT_FALSE(record.finished);
}

TEST(MediaProgress, KeepsWhatIsOutsideOfEverything) {
    const MediaProgress record =
        parsed(R"({"libraryItemId":"i","currentTime":-5,"progress":2.5,"ebookProgress":1.5})");
    EXPECT_EQ(record.current_time, -5);
    EXPECT_EQ(record.progress, 2.5);
    EXPECT_EQ(record.ebook_progress, 1.5);
}

TEST(MediaProgress, IsKnownByItsMediaItemWhereTheLinkIsDestroyed) {
    const MediaProgress record = parsed(R"({"libraryItemId":null,"mediaItemId":"m"})");
    EXPECT_EQ(record.item, "");
    EXPECT_EQ(record.media_item, "m");
}

TEST(MediaProgress, IsNoneWithoutAnItem) {
    for (const std::string_view json :
         {"", "null", "[]", "\"Not Found\"", "{}", R"({"id":"r","currentTime":5})"}) {
        EXPECT_FALSE(parse_media_progress_text(json).has_value()) << json;
    }
}

TEST(MediaProgress, SurvivesHalfACharacter) {
    EXPECT_EQ(parsed(R"({"libraryItemId":"i","ebookLocation":"x\ud83d"})").ebook_location, "x\xEF\xBF\xBD");
}

TEST(Me, HasTheRecordsThatCanBeRead) {
    const auto document = parse_json(R"({"id":"u","username":"alice","type":"admin","token":"t",
        "mediaProgress":[{"libraryItemId":"i"},null,5,{"episodeId":"e"},{"mediaItemId":"m","episodeId":"e"}]})");
    ASSERT_TRUE(document.has_value());
    const auto me = parse_me(document->root());
    ASSERT_TRUE(me.has_value());
    EXPECT_EQ(me->id, "u");
    EXPECT_EQ(me->username, "alice");
    EXPECT_EQ(me->token, "t");
    EXPECT_TRUE(me->is_admin());
    ASSERT_EQ(me->progress.size(), 2U);
    EXPECT_EQ(me->progress[1].episode, "e");
}

TEST(Me, IsNoneWithoutIdOrRecords) {
    for (const std::string_view json :
         {"{}", "[]", R"({"id":"u"})", R"({"mediaProgress":[]})", R"({"id":5,"mediaProgress":[]})",
          R"({"id":"u","mediaProgress":{}})"}) {
        const auto document = parse_json(json);
        ASSERT_TRUE(document.has_value());
        EXPECT_FALSE(parse_me(document->root()).has_value()) << json;
    }
}

}  // namespace
}  // namespace koshelf::abs
