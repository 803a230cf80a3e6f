#include "abs/progress_patch.h"

#include <cmath>

#include <gtest/gtest.h>

namespace koshelf::abs {
namespace {

TEST(ProgressPatch, SaysOnlyWhatIsSet) {
    EXPECT_EQ(to_json(ProgressPatch{}), "{}");
    EXPECT_TRUE(ProgressPatch{}.empty());
    ProgressPatch patch;
    patch.current_time = 111.25;
    patch.duration = 1800.5;
    patch.progress = 0.1;
    EXPECT_EQ(to_json(patch), R"({"currentTime":111.25,"duration":1800.5,"progress":0.1})");
    EXPECT_FALSE(patch.empty());
}

TEST(ProgressPatch, KeepsItsPayloadUnderADottedKey) {
    ProgressPatch patch;
    patch.ebook_progress = 0.5;
    patch.ebook_location = "epubcfi(/6/4!/4)";
    patch.koreader = KoreaderPayload{"/body/DocFragment[3]", 0.5, "doc", "Kobo", 1795485600, 12.5};
    EXPECT_EQ(to_json(patch),
              R"json({"ebookProgress":0.5,"ebookLocation":"epubcfi(/6/4!/4)","extraData.koreader":)json"
              R"({"rawProgress":"/body/DocFragment[3]","percentage":0.5,"document":"doc","device":"Kobo",)"
              R"("timestamp":1795485600,"mappedAudioTime":12.5}})");
}

TEST(ProgressPatch, DoesNotCountAsOneByItsPayloadAlone) {
    ProgressPatch patch;
    patch.koreader = KoreaderPayload{};
    EXPECT_TRUE(patch.empty());
}

TEST(ProgressPatch, FinishesByTrueAndNeverSaysFalse) {
    ProgressPatch patch;
    patch.finish = true;
    EXPECT_EQ(to_json(patch), R"({"isFinished":true})");
    patch.finish = false;
    EXPECT_EQ(to_json(patch), "{}");
}

TEST(ProgressPatch, IsTheLastGuardAgainstNonsense) {
    ProgressPatch patch;
    patch.current_time = -3;
    patch.duration = NAN;
    patch.progress = 1.5;
    patch.ebook_progress = INFINITY;
    patch.ebook_location = "{\"object\":1}";
    EXPECT_EQ(to_json(patch), R"({"currentTime":0,"progress":1,"ebookLocation":"{\"object\":1}"})");
}

}  // namespace
}  // namespace koshelf::abs
