#include "web/device_api/push_body.h"

#include <gtest/gtest.h>

namespace koshelf::web {
namespace {

using core::ProtocolError;

core::ProtocolResult<store::Push> read(std::string_view body) {
    return read_push(platform::JsonDocument::parse(body).value().root());
}

TEST(PushBody, ReadsAllFields) {
    const auto push =
        read(R"({"document":"d","percentage":0.25,"progress":"/body","device":"Kobo","device_id":"A",
        "metadata":{"title":"T","authors":"A","filename":"f.epub"},
        "identifiers":[{"type":"content","value":"d"},{"type":"filename","value":"f1","weak":true}]})");
    ASSERT_TRUE(push.has_value());
    EXPECT_EQ(push->document.str(), "d");
    EXPECT_EQ(push->position, (core::Position{0.25, "/body", "Kobo", "A"}));
    EXPECT_EQ(push->metadata, (core::Metadata{"T", "A", "f.epub"}));
    ASSERT_TRUE(push->identifiers.has_value());
    EXPECT_TRUE(push->identifiers->entries()[1].weak);
}

TEST(PushBody, TakesNumbersInEitherForm) {
    EXPECT_EQ(read(R"({"document":"d","percentage":"0.5","progress":56,"device":"K"})")->position.progress,
              "56");
    EXPECT_EQ(read(R"({"document":"d","percentage":"0.5","progress":"","device":""})")->position.percentage,
              0.5);
    EXPECT_EQ(read(R"({"document":"d","percentage":0,"progress":"1","device":"K"})")->position.percentage, 0);
}

store::Push read_more(const std::string& members) {
    return read(R"({"percentage":0,"progress":"1","device":"K",)" + members + "}").value();
}

TEST(PushBody, TellsHowTheDeviceMatchesBooks) {
    using core::MatchingMethod;
    EXPECT_EQ(
        read_more(R"("document":"c154c86c46528e8335b4f079dfeca5fc","metadata":{"filename":"/b/Emma.epub"})")
            .method,
        MatchingMethod::kFileName);
    EXPECT_EQ(
        read_more(R"("document":"0123456789abcdef0123456789abcdef","metadata":{"filename":"Emma.epub"})")
            .method,
        MatchingMethod::kContent);
    EXPECT_EQ(read_more(R"("document":"c154c86c46528e8335b4f079dfeca5fc")").method, MatchingMethod::kUnknown);
}

TEST(PushBody, KeepsWhatTheDevicesClockSays) {
    EXPECT_EQ(read_more(R"("document":"d","timestamp":1764000000.9)").device_time, 1'764'000'000);
    for (const std::string text : {R"("1764000000")", "-1", "1e300", "null", "true", "[1]"})
        EXPECT_FALSE(read_more(R"("document":"d","timestamp":)" + text).device_time) << text;
    EXPECT_FALSE(read_more(R"("document":"d")").device_time);
}

class RefusedPush : public testing::TestWithParam<std::pair<const char*, ProtocolError>> {};

TEST_P(RefusedPush, NamesTheError) {
    const auto& [body, error] = GetParam();
    const auto push = read(body);
    ASSERT_FALSE(push.has_value()) << body;
    EXPECT_EQ(push.error(), error) << body;
}

INSTANTIATE_TEST_SUITE_P(
    Fields, RefusedPush,
    testing::Values(
        std::pair{R"({"percentage":0,"progress":"1","device":"K"})", ProtocolError::kDocumentMissing},
        std::pair{R"({"document":"","percentage":0,"progress":"1","device":"K"})",
                  ProtocolError::kDocumentMissing},
        std::pair{R"({"document":"a:b","percentage":0,"progress":"1","device":"K"})",
                  ProtocolError::kDocumentMissing},
        std::pair{R"({"document":5,"percentage":0,"progress":"1","device":"K"})",
                  ProtocolError::kDocumentMissing},
        std::pair{R"({"document":"a\u0000b"})", ProtocolError::kDocumentMissing},
        std::pair{R"({"document":"d","progress":"1","device":"K"})", ProtocolError::kInvalidRequest},
        std::pair{R"({"document":"d","percentage":"x","progress":"1","device":"K"})",
                  ProtocolError::kInvalidRequest},
        std::pair{R"({"document":"d","percentage":1e400,"progress":"1","device":"K"})",
                  ProtocolError::kInvalidRequest},
        std::pair{R"({"document":"d","percentage":true,"progress":"1","device":"K"})",
                  ProtocolError::kInvalidRequest},
        std::pair{R"({"document":"d","percentage":0,"progress":null,"device":"K"})",
                  ProtocolError::kInvalidRequest},
        std::pair{R"({"document":"d","percentage":0,"progress":{},"device":"K"})",
                  ProtocolError::kInvalidRequest},
        std::pair{R"({"document":"d","percentage":0,"progress":"1","device":[]})",
                  ProtocolError::kInvalidRequest},
        std::pair{R"({"document":"d","percentage":0,"progress":"a\u0000","device":"K"})",
                  ProtocolError::kInvalidRequest},
        std::pair{R"({"document":"d","percentage":0,"progress":"1","device":"K","device_id":{}})",
                  ProtocolError::kInvalidRequest},
        std::pair{R"({"document":"d","percentage":0,"progress":"1","device":"K","identifiers":[]})",
                  ProtocolError::kInvalidRequest},
        std::pair{
            R"({"document":"d","percentage":0,"progress":"1","device":"K","identifiers":[{"type":"a"}]})",
            ProtocolError::kInvalidRequest}));

TEST(PushBody, NeverFailsBecauseOfMetadata) {
    for (const char* metadata : {"null", "5", "[]", R"({"title":5})", R"({"title":"a\u0000"})"}) {
        const auto push = read(R"({"document":"d","percentage":0,"progress":"1","device":"K","metadata":)" +
                               std::string(metadata) + "}");
        ASSERT_TRUE(push.has_value()) << metadata;
        EXPECT_TRUE(push->metadata.empty()) << metadata;
    }
}

}  // namespace
}  // namespace koshelf::web
