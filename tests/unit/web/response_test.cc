#include "web/response.h"

#include <gtest/gtest.h>

namespace koshelf::web {
namespace {

TEST(Response, IsWrittenAsCgi) {
    EXPECT_EQ(to_cgi(json_response(200, "{}"), false),
              "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nCache-Control: "
              "no-store\r\n\r\n{}");
}

TEST(Response, LeavesTheBodyOutForHead) {
    EXPECT_TRUE(to_cgi(json_response(200, "{}"), true).ends_with("\r\n\r\n"));
}

TEST(Response, CarriesTheProtocolsErrors) {
    const Response response = error_response(core::ProtocolError::kUsernameTaken);
    EXPECT_EQ(response.status, 402);
    EXPECT_EQ(response.body, R"({"code":2002,"message":"Username is already registered."})");
}

}  // namespace
}  // namespace koshelf::web
