#include "core/doctor/place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::core::doctor {
namespace {

using ::testing::HasSubstr;

constexpr double kGibi = 1024.0 * 1024 * 1024;

TEST(DoctorDisk, WantsSomeRoom) {
    const auto judge = [](double free_bytes, double total) {
        return judge_disk(
            {.what = "STATE_DIR", .path = "/var", .free_bytes = free_bytes, .total_bytes = total});
    };
    EXPECT_EQ(judge(50 * kGibi, 100 * kGibi).state, State::kOk);
    EXPECT_EQ(judge(5 * kGibi, 1000 * kGibi).state, State::kWarning);
    EXPECT_EQ(judge(0.3 * kGibi, 1 * kGibi).state, State::kWarning);
    EXPECT_EQ(judge(0.01 * kGibi, 1 * kGibi).state, State::kFailed);
    EXPECT_THAT(judge(1.5 * kGibi, 3 * kGibi).message, HasSubstr("1.5 GiB of 3.0 GiB"));
}

TEST(DoctorDisk, WantsRoomForFilesToo) {
    const auto judge = [](double free_files, double total) {
        return judge_disk({.what = "STATE_DIR",
                           .path = "/var",
                           .free_bytes = 50 * kGibi,
                           .total_bytes = 100 * kGibi,
                           .free_files = free_files,
                           .total_files = total});
    };
    EXPECT_EQ(judge(0, 0).state, State::kOk);  // btrfs and its like have no limit
    EXPECT_EQ(judge(500'000, 1'000'000).state, State::kOk);
    EXPECT_EQ(judge(40'000, 1'000'000).state, State::kWarning);
    EXPECT_EQ(judge(7, 1'000'000).state, State::kFailed);
    EXPECT_THAT(judge(7, 1'000'000).message, HasSubstr("room for 7 more files"));
}

TEST(DoctorClock, IsKeptRightAndNotInThePast) {
    const auto judge = [](std::optional<bool> synchronised, int year) {
        return judge_own_clock({.synchronised = synchronised, .year = year, .build_year = 2026}).state;
    };
    EXPECT_EQ(judge(true, 2026), State::kOk);
    EXPECT_EQ(judge(true, 2031), State::kOk);
    EXPECT_EQ(judge(false, 2026), State::kWarning);
    EXPECT_EQ(judge(std::nullopt, 2026), State::kSkipped);
    EXPECT_EQ(judge(true, 1970), State::kFailed);
    EXPECT_EQ(judge(std::nullopt, 2025), State::kFailed);
}

SecretFileFacts good_key() {
    return {.path = "/s/key",
            .exists = true,
            .readable = true,
            .well_formed = true,
            .mode = 0600,
            .secrets_stored = true,
            .secrets_opened = true};
}

TEST(DoctorSecrets, AreReadableForTheirOwnerAlone) {
    EXPECT_EQ(judge_secret_file(good_key()).state, State::kOk);
    SecretFileFacts facts = good_key();
    facts.mode = 0640;
    EXPECT_EQ(judge_secret_file(facts).state, State::kWarning);
    facts = good_key();
    facts.readable = false;
    EXPECT_EQ(judge_secret_file(facts).state, State::kSkipped);
}

TEST(DoctorSecrets, NeedTheKeyThatTheyWereStoredWith) {
    SecretFileFacts facts = good_key();
    facts.secrets_opened = false;
    EXPECT_EQ(judge_secret_file(facts).state, State::kFailed);
    facts = good_key();
    facts.well_formed = false;
    EXPECT_EQ(judge_secret_file(facts).state, State::kFailed);
    facts = good_key();
    facts.exists = false;
    EXPECT_EQ(judge_secret_file(facts).state, State::kFailed);
    facts.secrets_stored = false;
    EXPECT_EQ(judge_secret_file(facts).state, State::kOk);
}

TEST(DoctorPrivate, IsNotForEverybody) {
    const auto judge = [](bool exists, bool usable, unsigned mode) {
        return judge_private({.name = "n", .path = "/p", .exists = exists, .usable = usable, .mode = mode})
            .state;
    };
    EXPECT_EQ(judge(true, true, 0700), State::kOk);
    EXPECT_EQ(judge(true, true, 0750), State::kOk);
    EXPECT_EQ(judge(true, true, 0755), State::kWarning);
    EXPECT_EQ(judge(true, false, 0700), State::kSkipped);
    EXPECT_EQ(judge(false, false, 0), State::kSkipped);
}

TEST(Bytes, AreForPeople) {
    EXPECT_EQ(bytes_for_people(0), "0 B");
    EXPECT_EQ(bytes_for_people(1536), "1.5 KiB");
    EXPECT_EQ(bytes_for_people(64.0 * 1024 * 1024), "64 MiB");
}

}  // namespace
}  // namespace koshelf::core::doctor
