#include "core/doctor/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::core::doctor {
namespace {

using ::testing::HasSubstr;

PortFacts healthy() {
    return {.name = "HTTPS_PORT",
            .address = "https://localhost:7200",
            .base_path = "",
            .health = {.status = 200, .body = R"({"state":"OK"})"},
            .ready = {.status = 200, .body = R"({"state":"ready"})"},
            .admin = {.status = 200, .body = "{}"}};
}

TEST(DoctorPort, ThatServesIsFine) {
    EXPECT_EQ(worst(judge_port(healthy())), State::kOk);
}

TEST(DoctorPort, SaysWhoAnswersInstead) {
    PortFacts facts = healthy();
    facts.health = {.failure = "connection refused", .status = 0, .body = ""};
    EXPECT_THAT(judge_port(facts).front().message, HasSubstr("connection refused"));
    facts.health = {.status = 404, .body = R"({"code":404,"message":"Not found"})"};
    EXPECT_THAT(judge_port(facts).front().advice, HasSubstr("BASE_PATH"));
    facts.health = {.status = 502, .body = R"({"code":502,"message":"…"})"};
    EXPECT_THAT(judge_port(facts).front().message, HasSubstr("workers"));
    facts.health = {.status = 200, .body = "<html>"};
    EXPECT_THAT(judge_port(facts).front().message, HasSubstr("Something else"));
    EXPECT_EQ(judge_port(facts).size(), 1U);
}

TEST(DoctorPort, OfSomebodyElsesWebServerIsNotAPortOfOurs) {
    PortFacts facts = healthy();
    facts.ours = false;
    EXPECT_EQ(worst(judge_port(facts)), State::kOk);
    facts.health = {.failure = "connection refused", .status = 0, .body = ""};
    EXPECT_THAT(judge_port(facts).front().advice, HasSubstr("web server"));
    facts.health = {.status = 404, .body = "<html>"};
    EXPECT_THAT(judge_port(facts).front().advice, HasSubstr("to the pools"));
}

TEST(DoctorPort, JudgesBothPools) {
    PortFacts facts = healthy();
    facts.ready = {.status = 503, .body = R"({"reason":"refused"})"};
    facts.admin = {.status = 502, .body = ""};
    const Findings findings = judge_port(facts);
    ASSERT_EQ(findings.size(), 3U);
    EXPECT_EQ(findings[1].state, State::kFailed);
    EXPECT_THAT(findings[1].message, HasSubstr("refused"));
    EXPECT_EQ(findings[2].state, State::kFailed);
}

ProxyFacts through_a_proxy() {
    return {.url = "https://sync.example.org",
            .trusted_certificate = true,
            .plain = {.remote_address = "203.0.113.5",
                      .peer = "172.18.0.2",
                      .trusted = true,
                      .forwarded = true,
                      .scheme = "https"},
            .forged = {.remote_address = "203.0.113.5",
                       .peer = "172.18.0.2",
                       .trusted = true,
                       .forwarded = true,
                       .scheme = "https"},
            .made_up = "198.51.100.77"};
}

TEST(DoctorProxy, ThatIsTrustedAndHonestIsFine) {
    EXPECT_EQ(worst(judge_proxy(through_a_proxy())), State::kOk);
}

TEST(DoctorProxy, ThatIsNotTrustedIsNamed) {
    ProxyFacts facts = through_a_proxy();
    facts.plain.remote_address = "172.18.0.2";
    facts.plain.trusted = false;
    facts.forged.remote_address = "172.18.0.2";
    const Findings findings = judge_proxy(facts);
    EXPECT_EQ(worst(findings), State::kWarning);
    EXPECT_THAT(findings.back().advice, HasSubstr("TRUSTED_PROXIES=172.18.0.2"));
}

TEST(DoctorProxy, ThatPassesOnWhatAnybodyWritesIsAFailure) {
    ProxyFacts facts = through_a_proxy();
    facts.forged.remote_address = facts.made_up;
    EXPECT_EQ(worst(judge_proxy(facts)), State::kFailed);
}

TEST(DoctorProxy, OnThisVeryMachineIsNoForger) {
    ProxyFacts facts = through_a_proxy();
    facts.plain.remote_address = facts.plain.peer;
    facts.forged.remote_address = facts.made_up;
    EXPECT_EQ(worst(judge_proxy(facts)), State::kOk);
}

TEST(DoctorProxy, OfAnotherWebServerIsNotJudged) {
    ProxyFacts facts = through_a_proxy();
    facts.plain.trusted.reset();
    EXPECT_EQ(judge_proxy(facts).back().state, State::kSkipped);
}

TEST(DoctorProxy, ThatSaysNothingIsSeenByTheScheme) {
    ProxyFacts facts = through_a_proxy();
    facts.plain = {
        .remote_address = "172.18.0.2", .peer = "172.18.0.2", .forwarded = false, .scheme = "http"};
    facts.forged = facts.plain;
    EXPECT_THAT(judge_proxy(facts).back().advice, HasSubstr("X-Forwarded-Proto"));
}

TEST(DoctorProxy, WithoutOneNothingIsWrong) {
    ProxyFacts facts = through_a_proxy();
    facts.plain = {
        .remote_address = "192.168.1.9", .peer = "192.168.1.9", .forwarded = false, .scheme = "https"};
    facts.forged = facts.plain;
    facts.forged.forwarded = true;
    EXPECT_EQ(worst(judge_proxy(facts)), State::kOk);
    facts.trusted_certificate = false;
    EXPECT_EQ(worst(judge_proxy(facts)), State::kWarning);
    facts.failure = "timeout";
    EXPECT_EQ(worst(judge_proxy(facts)), State::kFailed);
}

}  // namespace
}  // namespace koshelf::core::doctor
