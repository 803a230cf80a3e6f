#include "migration/foreign.h"

#include <gtest/gtest.h>

namespace koshelf::migration {
namespace {

TEST(ForeignTime, IsReadAsDatabasesAndJsonHaveIt) {
    EXPECT_EQ(read_time("1684806180"), 1684806180);
    EXPECT_EQ(read_time("1684806180225"), 1684806180);
    EXPECT_EQ(read_time("1684806180.9"), 1684806180);
    EXPECT_EQ(read_time("2023-05-23T01:43:00Z"), 1684806180);
    EXPECT_EQ(read_time("2023-05-23T11:43:00.225+10:00"), 1684806180);
    EXPECT_EQ(read_time("2023-05-22T20:13:00-0530"), 1684806180);
    EXPECT_EQ(read_time("2023-05-23 01:43:00.225000"), 1684806180);
    EXPECT_EQ(read_time("2023-05-23 01:43:00"), 1684806180);
    EXPECT_EQ(read_time("2024-02-29 00:00:00"), 1709164800);
}

TEST(ForeignTime, OtherTextIsNone) {
    for (const char* text : {"", "soon", "2023-05-23", "2023-02-30 00:00:00", "2023-13-01 00:00:00", "-5",
                             "2023-05-23 25:00:00", "2023-05-23 01:43:00+99:00", "2023-05-23 01:43:00 CET",
                             "23-05-23 01:43:00", "99999999999999999999"})
        EXPECT_EQ(read_time(text), std::nullopt) << text;
}

TEST(ForeignPosition, BecomesADocumentWithThePositionInOurForm) {
    const auto image = to_image("ann", "3f0c",
                                {.percentage = "94.11",
                                 .progress = "/p",
                                 .device = "kobo",
                                 .device_id = "",
                                 .time = "5",
                                 .meta = {{"title", "T"}, {"authors", ""}}},
                                100);
    ASSERT_TRUE(image);
    EXPECT_EQ(*image->section("position"),
              (store::Fields{
                  {"device", "kobo"}, {"percentage", "0.9411"}, {"progress", "/p"}, {"timestamp", "5"}}));
    EXPECT_EQ(*image->section("meta"), (store::Fields{{"title", "T"}}));
}

TEST(ForeignPosition, OfNoNameOrNoNumberIsNone) {
    const ForeignPosition position{
        .percentage = "0.5", .progress = "/p", .device = "d", .device_id = "", .time = "5", .meta = {}};
    EXPECT_FALSE(to_image("", "d", position));
    EXPECT_FALSE(to_image("a:b", "d", position));
    EXPECT_FALSE(to_image("a", "d:e", position));
    EXPECT_FALSE(to_image("a", "", position));
    ForeignPosition nonsense = position;
    nonsense.percentage = "half";
    EXPECT_FALSE(to_image("a", "d", nonsense));
}

TEST(DeviceKey, IsWhatAKoreaderSends) {
    EXPECT_TRUE(is_device_key("5f4dcc3b5aa765d61d8327deb882cf99"));
    EXPECT_FALSE(is_device_key("5F4DCC3B5AA765D61D8327DEB882CF99"));
    EXPECT_FALSE(is_device_key("$argon2id$v=19$m=65536"));
    EXPECT_FALSE(is_device_key(""));
}

}  // namespace
}  // namespace koshelf::migration
