#include "core/doctor/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::core::doctor {
namespace {

using ::testing::HasSubstr;

constexpr EpochSeconds kNow = 1'764'000'000;
constexpr EpochSeconds kDay = 86'400;

CertificateFacts valid() {
    return {.file = "cert.pem",
            .not_before = kNow - kDay,
            .not_after = kNow + 300 * kDay,
            .names = {"sync.example.org", "*.home.example", "192.168.1.5"},
            .key_fits = true};
}

TEST(DoctorCertificate, IsGoodForItsNames) {
    const Findings findings =
        judge_certificate(valid(), {"SYNC.example.org", "books.home.example", "192.168.1.5"}, kNow);
    EXPECT_EQ(worst(findings), State::kOk);
}

TEST(DoctorCertificate, EndsSomeDay) {
    CertificateFacts facts = valid();
    facts.not_after = kNow + 10 * kDay;
    EXPECT_EQ(worst(judge_certificate(facts, {}, kNow)), State::kWarning);
    facts.not_after = kNow - 2 * kDay;
    const Findings expired = judge_certificate(facts, {}, kNow);
    EXPECT_EQ(worst(expired), State::kFailed);
    EXPECT_THAT(expired.front().message, HasSubstr("2 days ago"));
    facts = valid();
    facts.not_before = kNow + kDay;
    EXPECT_EQ(worst(judge_certificate(facts, {}, kNow)), State::kFailed);
}

TEST(DoctorCertificate, OfOtherNamesIsSaidToBe) {
    const Findings findings = judge_certificate(valid(), {"other.example", "a.b.home.example"}, kNow);
    EXPECT_EQ(worst(findings), State::kWarning);
    EXPECT_THAT(findings.back().message, HasSubstr("other.example, a.b.home.example"));
}

TEST(DoctorCertificate, NeedsItsOwnKey) {
    CertificateFacts facts = valid();
    facts.key_fits = false;
    EXPECT_EQ(worst(judge_certificate(facts, {}, kNow)), State::kFailed);
    facts.key_fits.reset();
    EXPECT_EQ(worst(judge_certificate(facts, {}, kNow)), State::kOk);
}

TEST(DoctorCertificate, ThatCannotBeReadIsSkipped) {
    const Findings findings =
        judge_certificate({.file = "/x/cert.pem", .failure = "is not there"}, {"a"}, kNow);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().state, State::kSkipped);
}

TEST(DoctorCertificate, AStarStandsForOneLabel) {
    EXPECT_TRUE(covers({"*.example.org"}, "a.example.org"));
    EXPECT_FALSE(covers({"*.example.org"}, "example.org"));
    EXPECT_FALSE(covers({"*.example.org"}, "a.b.example.org"));
    EXPECT_FALSE(covers({}, "a"));
}

}  // namespace
}  // namespace koshelf::core::doctor
