#include "core/bridge/media_place.h"

#include <gtest/gtest.h>

namespace koshelf::core::bridge {
namespace {

MediaPlace heard(double seconds) {
    return {.seconds = seconds};
}
MediaPlace read(double fraction, std::string cfi = {}) {
    return {.ebook_fraction = fraction, .ebook_location = std::move(cfi)};
}

TEST(MovedSide, IsTheAudioThatPlayedOn) {
    EXPECT_EQ(moved_side(heard(100), heard(110)), MediaSide::kAudio);
}

TEST(MovedSide, IsTheAudioThatWentBack) {
    EXPECT_EQ(moved_side(heard(100), heard(20)), MediaSide::kAudio);
}

TEST(MovedSide, IsNothingForWhatPlayersRoundAway) {
    EXPECT_EQ(moved_side(heard(100.2), heard(100)), std::nullopt);
}

TEST(MovedSide, IsTheEbookWhoseLocationChanged) {
    EXPECT_EQ(moved_side(read(0.2, "epubcfi(/6/4!/4/2)"), read(0.2, "epubcfi(/6/4!/4/4)")),
              MediaSide::kEbook);
}

TEST(MovedSide, IsNothingWhenOnlyTheFractionBesideALocationIsComputedAnew) {
    EXPECT_EQ(moved_side(read(0, "epubcfi(/6/4!/4/2)"), read(0.21, "epubcfi(/6/4!/4/2)")), std::nullopt);
}

TEST(MovedSide, IsNeverAZero) {
    EXPECT_EQ(moved_side(heard(100), heard(0)), std::nullopt);
    EXPECT_EQ(moved_side(read(0.4), read(0)), std::nullopt);
    EXPECT_EQ(moved_side({}, {.seconds = 0, .ebook_fraction = 0}), std::nullopt);
}

TEST(MovedSide, IsNothingForAListenerWhoseEbookFractionStartsToExistAsZero) {
    EXPECT_EQ(moved_side({.seconds = 50}, {.seconds = 50, .ebook_fraction = 0}), std::nullopt);
}

TEST(MovedSide, IsTheAudioWhenBothMoved) {
    EXPECT_EQ(moved_side({.seconds = 1, .ebook_fraction = 0.1}, {.seconds = 9, .ebook_fraction = 0.2}),
              MediaSide::kAudio);
}

}  // namespace
}  // namespace koshelf::core::bridge
