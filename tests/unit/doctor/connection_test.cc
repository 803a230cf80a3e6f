#include "core/doctor/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::core::doctor {
namespace {

using ::testing::HasSubstr;

AudiobookshelfFacts good() {
    return {.configured = true,
            .version = "2.36.0",
            .clock_ahead_ms = 300,
            .keys = {{.whose = "ann", .user = "Ann", .failure = ""}}};
}

TEST(DoctorAudiobookshelf, ThatIsNotSetUpIsNoFailure) {
    const Findings findings = judge_audiobookshelf({.bridge_running = false});
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().state, State::kSkipped);
}

TEST(DoctorAudiobookshelf, ThatWorksIsFine) {
    EXPECT_EQ(worst(judge_audiobookshelf(good())), State::kOk);
}

TEST(DoctorAudiobookshelf, IsJudgedPieceByPiece) {
    AudiobookshelfFacts facts = good();
    facts.failure = "Nothing answers.";
    EXPECT_EQ(worst(judge_audiobookshelf(facts)), State::kFailed);

    facts = good();
    facts.keys.push_back({.whose = "bob", .user = "", .failure = "it is refused."});
    const Findings refused = judge_audiobookshelf(facts);
    EXPECT_EQ(worst(refused), State::kFailed);
    EXPECT_THAT(refused[3].message, HasSubstr("bob"));

    facts = good();
    facts.keys.clear();
    EXPECT_EQ(worst(judge_audiobookshelf(facts)), State::kFailed);

    facts = good();
    facts.keys_not_tried = 7;
    EXPECT_EQ(worst(judge_audiobookshelf(facts)), State::kOk);
    EXPECT_THAT(judge_audiobookshelf(facts)[3].message, HasSubstr("7 more keys"));

    facts = good();
    facts.bridge_running = false;
    EXPECT_EQ(worst(judge_audiobookshelf(facts)), State::kFailed);

    facts = good();
    facts.initialised = false;
    EXPECT_EQ(worst(judge_audiobookshelf(facts)), State::kWarning);

    facts = good();
    facts.clock_ahead_ms = 30'000;
    EXPECT_EQ(worst(judge_audiobookshelf(facts)), State::kWarning);

    facts = good();
    facts.problems = {"AUDIOBOOKSHELF_USER_MAP is no JSON"};
    EXPECT_EQ(worst(judge_audiobookshelf(facts)), State::kWarning);
}

TEST(DoctorClock, AgreesWithinAFewSeconds) {
    EXPECT_EQ(judge_clock("c", "Redis", 4'000).state, State::kOk);
    EXPECT_THAT(judge_clock("c", "Redis", -90'000).message, HasSubstr("90 s behind"));
    EXPECT_THAT(judge_clock("c", "Redis", 7'200'000).message, HasSubstr("2 h ahead"));
    EXPECT_EQ(judge_clock("c", "Redis", 7'200'000).state, State::kFailed);
}

}  // namespace
}  // namespace koshelf::core::doctor
