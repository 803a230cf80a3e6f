#include "web/request.h"

#include <gtest/gtest.h>

namespace koshelf::web {
namespace {

Request build(std::initializer_list<std::string_view> variables) {
    RequestBuilder builder("");
    for (const std::string_view variable : variables) builder.variable(variable);
    return builder.finish();
}

TEST(RequestBuilder, TakesWhatTheRoutesNeed) {
    const Request request = build({"REQUEST_METHOD=PUT", "REQUEST_URI=/syncs/progress?a=1",
                                   "QUERY_STRING=a=1", "HTTP_X_AUTH_USER=bob", "HTTP_X_AUTH_KEY=k=1",
                                   "REMOTE_ADDR=::1", "REQUEST_ID=r1", "HTTP_HOST=x", "NONSENSE"});
    EXPECT_EQ(request.method, Method::kPut);
    EXPECT_EQ(request.path, "/syncs/progress");
    EXPECT_EQ(request.query, "a=1");
    EXPECT_EQ(request.auth_user, "bob");
    EXPECT_EQ(request.auth_key, "k=1");
    EXPECT_EQ(request.remote_address, "::1");
    EXPECT_EQ(request.id, "r1");
    EXPECT_FALSE(request.repeated_credentials);
}

TEST(RequestBuilder, NoticesRepeatedHeaders) {
    EXPECT_TRUE(build({"HTTP_X_AUTH_KEY=a", "HTTP_X_AUTH_KEY=a"}).repeated_credentials);
    EXPECT_TRUE(build({"HTTP_X_AUTH_USER=a", "HTTP_X_AUTH_USER=b"}).repeated_credentials);
    EXPECT_EQ(build({"HTTP_ACCEPT=a", "HTTP_ACCEPT=b"}).accept, "a,b");
}

TEST(RequestBuilder, NoticesAProxyThatSaysItIsOne) {
    const auto of_a_stranger = [](std::initializer_list<std::string_view> variables) {
        return build(variables).arrival.of_a_stranger();
    };
    for (const std::string_view header : {"HTTP_X_FORWARDED_FOR=127.0.0.1", "HTTP_FORWARDED=for=127.0.0.1",
                                          "HTTP_X_REAL_IP=::1", "KOSHELF_FORWARDED=yes"}) {
        EXPECT_TRUE(of_a_stranger({header})) << header;
        EXPECT_TRUE(of_a_stranger({header, "KOSHELF_TRUSTED=0"})) << header;
        EXPECT_FALSE(of_a_stranger({header, "KOSHELF_TRUSTED=1"})) << header;
    }
    EXPECT_TRUE(of_a_stranger({"HTTP_X_FORWARDED_FOR=127.0.0.1", "HTTP_X_FORWARDED_FOR="}));
    EXPECT_FALSE(of_a_stranger({"HTTP_X_FORWARDED_FOR=", "HTTP_FORWARDED=", "REMOTE_ADDR=127.0.0.1"}));
}

TEST(RequestBuilder, TellsAnEmptyHeaderFromAMissingOne) {
    EXPECT_EQ(build({}).auth_user, std::nullopt);
    EXPECT_EQ(build({"HTTP_X_AUTH_USER="}).auth_user, "");
}

}  // namespace
}  // namespace koshelf::web
