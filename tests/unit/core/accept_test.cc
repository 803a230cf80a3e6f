#include "core/accept.h"

#include <gtest/gtest.h>

namespace koshelf::core {
namespace {

class ServedAccept : public testing::TestWithParam<const char*> {};

TEST_P(ServedAccept, IsServed) {
    EXPECT_TRUE(negotiate(GetParam()).has_value()) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ServedAccept,
    testing::Values("", "*/*", "application/json", "text/html", "application/vnd.koreader.v1+json",
                    "application/vnd.koreader.v1+json, */*", "*/*,application/vnd.koreader.v1+json",
                    "application/vnd.koreader.v1+json;q=1", "APPLICATION/VND.KOREADER.V1+JSON",
                    "application/vnd.koreader.v1.2+json", " application/vnd.koreader.v1+json ",
                    "application/vnd.koreader.v2+json, application/vnd.koreader.v1+json",
                    "application/vnd.other.v9+json", ",,,"));

class RefusedAccept : public testing::TestWithParam<std::pair<const char*, ProtocolError>> {};

TEST_P(RefusedAccept, NamesTheReason) {
    const auto& [accept, error] = GetParam();
    const auto result = negotiate(accept);
    ASSERT_FALSE(result.has_value()) << accept;
    EXPECT_EQ(result.error(), error) << accept;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, RefusedAccept,
    testing::Values(std::pair{"application/vnd.koreader.v2+json", ProtocolError::kUnsupportedVersion},
                    std::pair{"application/vnd.koreader.v10+json", ProtocolError::kUnsupportedVersion},
                    std::pair{"application/vnd.koreader.v2+json;q=0.5", ProtocolError::kUnsupportedVersion},
                    std::pair{"application/vnd.koreader.v+json", ProtocolError::kInvalidAccept},
                    std::pair{"application/vnd.koreader.vx+json", ProtocolError::kInvalidAccept},
                    std::pair{"application/vnd.koreader+json", ProtocolError::kInvalidAccept},
                    std::pair{"application/vnd.koreader.v1", ProtocolError::kInvalidAccept},
                    std::pair{"application/vnd.koreader.v1+xml", ProtocolError::kInvalidAccept}));

}  // namespace
}  // namespace koshelf::core
