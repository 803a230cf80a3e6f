#include "core/url.h"

#include <gtest/gtest.h>

namespace koshelf::core {
namespace {

using Segments = std::vector<std::string>;

TEST(PercentDecode, LeavesWhatIsNoEscape) {
    EXPECT_EQ(percent_decode("a%2Fb%2f"), "a/b/");
    EXPECT_EQ(percent_decode("%"), "%");
    EXPECT_EQ(percent_decode("%4"), "%4");
    EXPECT_EQ(percent_decode("%zz%41"), "%zzA");
    EXPECT_EQ(percent_decode("a+b"), "a+b");
    EXPECT_EQ(percent_decode("%00").size(), 1U);
}

TEST(PathSegments, IgnoreEmptyOnesButKeepEncodedSlashes) {
    EXPECT_EQ(path_segments("/syncs/progress/abc"), (Segments{"syncs", "progress", "abc"}));
    EXPECT_EQ(path_segments("//syncs///progress/a%2Fb/"), (Segments{"syncs", "progress", "a/b"}));
    EXPECT_EQ(path_segments("/a/%2e%2e/.."), (Segments{"a", "..", ".."}));
    EXPECT_EQ(path_segments("/"), Segments{});
    EXPECT_EQ(path_segments(""), Segments{});
}

TEST(QueryParameter, TellsEmptyFromAbsent) {
    EXPECT_EQ(query_parameter("a=1&ids=x%3Ay", "ids"), "x:y");
    EXPECT_EQ(query_parameter("ids=a&ids=b", "ids"), "a");
    EXPECT_EQ(query_parameter("ids", "ids"), "");
    EXPECT_EQ(query_parameter("ids=", "ids"), "");
    EXPECT_EQ(query_parameter("xids=1", "ids"), std::nullopt);
    EXPECT_EQ(query_parameter("", "ids"), std::nullopt);
}

TEST(RoutePath, IsTheRequestUriBehindNginx) {
    EXPECT_EQ(
        route_path({.request_uri = "/users/auth?x=1", .script_name = "", .path_info = "", .base_path = ""}),
        "/users/auth");
    EXPECT_EQ(route_path({.request_uri = "/a%2Fb", .script_name = "/a/b", .path_info = "", .base_path = ""}),
              "/a%2Fb");
    EXPECT_EQ(
        route_path(
            {.request_uri = "/users/auth", .script_name = "/users/auth", .path_info = "", .base_path = ""}),
        "/users/auth");
}

TEST(RoutePath, LosesTheBasePathOnlyAtASegmentBorder) {
    EXPECT_EQ(route_path({.request_uri = "/kosync/users/auth",
                          .script_name = "",
                          .path_info = "",
                          .base_path = "/kosync"}),
              "/users/auth");
    EXPECT_EQ(route_path({.request_uri = "/kosync/users/auth",
                          .script_name = "/kosync",
                          .path_info = "",
                          .base_path = ""}),
              "/users/auth");
    EXPECT_EQ(
        route_path(
            {.request_uri = "/kosyncx/users", .script_name = "", .path_info = "", .base_path = "/kosync"}),
        "/kosyncx/users");
}

TEST(RoutePath, KeepsTheRawBytesOfPathInfo) {
    EXPECT_EQ(route_path({.request_uri = "/sync/app.cgi/syncs/progress/a%2Fb?x",
                          .script_name = "/sync/app.cgi",
                          .path_info = "/syncs/progress/a/b",
                          .base_path = ""}),
              "/syncs/progress/a%2Fb");
    EXPECT_EQ(route_path({.request_uri = "/sync/users/auth",
                          .script_name = "/sync/app.cgi",
                          .path_info = "/users/auth",
                          .base_path = ""}),
              "/users/auth");
}

TEST(RoutePath, FallsBackToPathInfo) {
    EXPECT_EQ(
        route_path({.request_uri = "", .script_name = "/x", .path_info = "/users/a%b", .base_path = ""}),
        "/users/a%25b");
}

}  // namespace
}  // namespace koshelf::core
