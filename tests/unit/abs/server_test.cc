#include "abs/server.h"

#include <gtest/gtest.h>

#include "abs/credential.h"

namespace koshelf::abs {
namespace {

TEST(Server, TakesBaseUrlsAsPeopleWriteThem) {
    EXPECT_EQ(normalise_base_url("http://host"), "http://host");
    EXPECT_EQ(normalise_base_url(" HTTPS://Books.Example/audiobookshelf// \n"),
              "https://Books.Example/audiobookshelf");
    EXPECT_EQ(normalise_base_url("http://[::1]:13378/"), "http://[::1]:13378");
    EXPECT_EQ(normalise_base_url("http://[fe80::1]"), "http://[fe80::1]");
    EXPECT_EQ(normalise_base_url("http://10.0.0.1:80/a/b"), "http://10.0.0.1:80/a/b");
}

TEST(Server, RefusesWhatIsNoBaseUrl) {
    for (const std::string_view text : {"",
                                        "/",
                                        "host",
                                        "host:80",
                                        "ftp://host",
                                        "http://",
                                        "https:///path",
                                        "http://:80",
                                        "http://host:",
                                        "http://host:port",
                                        "http://host:123456",
                                        "http://::1",
                                        "http://[::1",
                                        "http://[]",
                                        "http://[1]",
                                        "http://[::1]x",
                                        "http://user:secret@host",
                                        "http://host?x",
                                        "http://host/#x",
                                        "http://ho st",
                                        "http://host\\x",
                                        "http://host/\r\nX: y"}) {
        const auto url = normalise_base_url(text);
        ASSERT_FALSE(url.has_value()) << text;
        EXPECT_EQ(url.error().find("secret"), std::string_view::npos);
    }
}

TEST(Server, EncodesSegmentsSoThatTheyStaySegments) {
    const Server server{"http://host/audiobookshelf"};
    EXPECT_EQ(url_of(server, {"api", "items", "a-b_c~d.e"}),
              "http://host/audiobookshelf/api/items/a-b_c~d.e");
    EXPECT_EQ(url_of(server, {"a/b", "..", ".", "?x=y#z", "ä %"}),
              "http://host/audiobookshelf/a%2Fb/%2E%2E/%2E/%3Fx%3Dy%23z/%C3%A4%20%25");
}

TEST(Credential, IsNamedByADigestOfAllItsParts) {
    const Credential credential{"key", "token", "id"};
    EXPECT_EQ(credential.digest().size(), 16U);
    EXPECT_EQ(credential.digest(), Credential(credential).digest());
    EXPECT_NE(credential.digest(), (Credential{"key", "", "id"}.digest()));
    EXPECT_NE((Credential{"ab", "c", ""}.digest()), (Credential{"a", "bc", ""}.digest()));
    EXPECT_EQ(credential.digest().find("key"), std::string::npos);
}

}  // namespace
}  // namespace koshelf::abs
