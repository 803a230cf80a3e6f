#include "platform/http_client.h"

#include <cstdlib>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scripted_server.h"

namespace koshelf::platform {
namespace {

using std::chrono::milliseconds;
using test::ScriptedServer;
using testing::HasSubstr;
using testing::Not;
using Kind = HttpError::Kind;

// What a shell command prints.
std::string run(const std::string& command) {
    std::string output;
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return output;
    char buffer[4096];
    while (const std::size_t bytes = fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, bytes);
    pclose(pipe);
    return output;
}

HttpRequest get(const std::string& url) {
    HttpRequest request;
    request.url = url;
    request.timeout = milliseconds(2000);
    return request;
}

HttpRequest post(const std::string& url, const std::string& body) {
    HttpRequest request = get(url);
    request.method = "POST";
    request.body = body;
    return request;
}

ScriptedServer::Script always(const std::string& bytes, bool close = false) {
    return [=](const ScriptedServer::Heard&) { return ScriptedServer::Answer{bytes, close, false}; };
}

TEST(HttpClient, BringsStatusBodyAndTheHeadersThatAreUsed) {
    ScriptedServer server(
        always("HTTP/1.1 206 Partial Content\r\nETag: W/\"x\"\r\nContent-Type:  text/plain \r\n"
               "content-range: bytes 0-1/9\r\nRetry-After: 7\r\n"
               "Date: Tue, 24 Nov 2026 02:00:00 GMT\r\nContent-Length: 2\r\n\r\nhi"));
    HttpClient client{HttpOptions{}};
    const EpochMillis before = now_millis();
    const auto response = client.perform(get(server.url()));
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, 206);
    EXPECT_EQ(response->body, "hi");
    EXPECT_EQ(response->etag, "W/\"x\"");
    EXPECT_EQ(response->content_type, "text/plain");
    EXPECT_EQ(response->content_range, "bytes 0-1/9");
    EXPECT_EQ(response->retry_after, "7");
    EXPECT_EQ(response->date, 1795485600000);
    EXPECT_GE(response->sent, before);
    EXPECT_GE(response->received, response->sent);
    EXPECT_LE(response->received, now_millis());
}

TEST(HttpClient, SendsMethodHeadersAndBodyAsTold) {
    ScriptedServer server(always(ScriptedServer::ok("")));
    HttpClient client{HttpOptions{}};
    HttpRequest request = post(server.url("/a%2Fb?c=d"), R"({"x":1})");
    request.method = "PATCH";
    request.headers = {"Content-Type: application/json", "Authorization: Bearer k"};
    ASSERT_TRUE(client.perform(request).has_value());
    const auto heard = server.heard().at(0);
    EXPECT_EQ(heard.method, "PATCH");
    EXPECT_EQ(heard.target, "/a%2Fb?c=d");
    EXPECT_EQ(heard.body, R"({"x":1})");
    EXPECT_THAT(heard.head, HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_THAT(heard.head, HasSubstr("Authorization: Bearer k\r\n"));
    EXPECT_THAT(heard.head, HasSubstr("Accept-Encoding: gzip\r\n"));
    EXPECT_THAT(heard.head, HasSubstr("User-Agent: koshelf-sync-server\r\n"));
    EXPECT_THAT(heard.head, Not(HasSubstr("Expect")));
    EXPECT_THAT(heard.head, Not(HasSubstr("x-www-form-urlencoded")));
}

TEST(HttpClient, SendsALargeBodyWhole) {
    ScriptedServer server(always(ScriptedServer::ok("")));
    HttpClient client{HttpOptions{}};
    const std::string body(3000000, 'b');
    ASSERT_TRUE(client.perform(post(server.url(), body)).has_value());
    EXPECT_EQ(server.heard().at(0).body, body);
}

TEST(HttpClient, KeepsItsConnection) {
    ScriptedServer server(always(ScriptedServer::ok("x")));
    HttpClient client{HttpOptions{}};
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.perform(get(server.url())).has_value());
    EXPECT_EQ(server.heard().back().connection, 1);
}

TEST(HttpClient, NoticesThatAKeptConnectionWasClosedMeanwhile) {
    ScriptedServer server(always(ScriptedServer::ok("x")));
    HttpClient client{HttpOptions{}};
    ASSERT_TRUE(client.perform(get(server.url())).has_value());
    server.hang_up();
    while (server.open_connections() > 0) std::this_thread::sleep_for(milliseconds(1));
    EXPECT_TRUE(client.perform(post(server.url(), "body")).has_value());
    EXPECT_EQ(server.heard().size(), 2U);
}

// A server that reads the second request of each connection and hangs up without a word.
ScriptedServer::Script dies_at_the_second() {
    return [last = 0](const ScriptedServer::Heard& heard) mutable {
        const bool second = heard.connection == last;
        last = heard.connection;
        return second ? ScriptedServer::Answer{"", true, false}
                      : ScriptedServer::Answer{ScriptedServer::ok("x"), false, false};
    };
}

TEST(HttpClient, RepeatsAGetOnAConnectionThatDied) {
    ScriptedServer server(dies_at_the_second());
    HttpClient client{HttpOptions{}};
    ASSERT_TRUE(client.perform(get(server.url("/1"))).has_value());
    EXPECT_TRUE(client.perform(get(server.url("/2"))).has_value());
    EXPECT_EQ(server.heard().size(), 3U);
}

TEST(HttpClient, NeverRepeatsWhatMayHaveBeenExecuted) {
    for (const std::string method : {"POST", "PATCH", "PUT"}) {
        ScriptedServer server(dies_at_the_second());
        HttpClient client{HttpOptions{}};
        ASSERT_TRUE(client.perform(get(server.url("/1"))).has_value());
        HttpRequest request = post(server.url("/2"), "body");
        request.method = method;
        const auto response = client.perform(request);
        ASSERT_FALSE(response.has_value()) << method;
        EXPECT_EQ(response.error().kind, Kind::kUnreachable);
        EXPECT_EQ(server.heard().size(), 2U) << method;
    }
}

TEST(HttpClient, GivesUpAfterItsTimeout) {
    ScriptedServer server([](const ScriptedServer::Heard&) {
        return ScriptedServer::Answer{"", false, true};
    });
    HttpClient client{HttpOptions{}};
    HttpRequest request = get(server.url());
    request.timeout = milliseconds(150);
    const auto begin = std::chrono::steady_clock::now();
    const auto response = client.perform(request);
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().kind, Kind::kTimeout);
    EXPECT_EQ(response.error().detail, "no complete answer in time");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(1000));
}

TEST(HttpClient, GivesUpOnANameServerThatIsSilent) {
    HttpClient client{HttpOptions{}};
    HttpRequest request = get("http://koshelf-no-such-host.invalid/");
    request.timeout = milliseconds(300);
    const auto begin = std::chrono::steady_clock::now();
    const auto response = client.perform(request);
    ASSERT_FALSE(response.has_value());
    EXPECT_TRUE(response.error().kind == Kind::kUnreachable || response.error().kind == Kind::kTimeout);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(1500));
}

TEST(HttpClient, SaysThatNobodyListens) {
    std::string url;
    {
        ScriptedServer server(always(""));
        url = server.url();
    }
    HttpClient client{HttpOptions{}};
    const auto response = client.perform(get(url));
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().kind, Kind::kUnreachable);
    EXPECT_EQ(response.error().detail, "no connection: Connection refused");
}

TEST(HttpClient, TakesALostOrShortenedAnswerForNone) {
    for (const std::string bytes :
         {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"}) {
        ScriptedServer server(always(bytes, true));
        HttpClient client{HttpOptions{}};
        const auto response = client.perform(get(server.url()));
        ASSERT_FALSE(response.has_value()) << bytes;
        EXPECT_EQ(response.error().kind, Kind::kUnreachable) << bytes;
    }
}

TEST(HttpClient, RefusesWhatIsNotHttp) {
    for (const std::string bytes :
         {"SSH-2.0-OpenSSH\r\n", "<html>",
          "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"}) {
        ScriptedServer server(always(bytes, true));
        HttpClient client{HttpOptions{}};
        const auto response = client.perform(get(server.url()));
        ASSERT_FALSE(response.has_value()) << bytes;
        EXPECT_EQ(response.error().kind, Kind::kInvalid) << bytes;
    }
}

TEST(HttpClient, StopsReadingWhatIsTooLarge) {
    ScriptedServer server(always(ScriptedServer::ok(std::string(2000000, 'x'))));
    HttpClient client{HttpOptions{}};
    HttpRequest request = get(server.url());
    request.max_bytes = 1000000;
    const auto response = client.perform(request);
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().kind, Kind::kTooLarge);
    request.max_bytes = 2000000;
    EXPECT_TRUE(client.perform(request).has_value());
}

TEST(HttpClient, StopsReadingHeadersWithoutEnd) {
    std::string headers = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 1000; ++i) headers += "X-Long: " + std::string(100, 'x') + "\r\n";
    ScriptedServer server(always(headers));
    HttpClient client{HttpOptions{}};
    const auto response = client.perform(get(server.url()));
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().kind, Kind::kTooLarge);
}

TEST(HttpClient, CountsWhatComesOutOfGzip) {
    const std::string bomb = run("head -c 50000000 /dev/zero | gzip -9");
    ASSERT_LT(bomb.size(), 100000U);
    ScriptedServer server(always(ScriptedServer::ok(bomb, "Content-Encoding: gzip\r\n")));
    HttpClient client{HttpOptions{}};
    HttpRequest request = get(server.url());
    request.max_bytes = 1000000;
    const auto response = client.perform(request);
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().kind, Kind::kTooLarge);
}

TEST(HttpClient, DecodesGzip) {
    ScriptedServer server(
        always(ScriptedServer::ok(run("printf hello | gzip"), "Content-Encoding: gzip\r\n")));
    HttpClient client{HttpOptions{}};
    EXPECT_EQ(client.perform(get(server.url()))->body, "hello");
}

std::string redirect_to(const std::string& location) {
    return "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
}

TEST(HttpClient, FollowsRedirectsOnItsOwnHostOnly) {
    ScriptedServer elsewhere(always(ScriptedServer::ok("stolen")));
    ScriptedServer server([&](const ScriptedServer::Heard& heard) {
        const std::string target = heard.target == "/near"  ? "/end"
                                   : heard.target == "/far" ? elsewhere.url()
                                   : heard.target == "/tls" ? "https" + server.url().substr(4)
                                                            : "";
        return ScriptedServer::Answer{target.empty() ? ScriptedServer::ok("end") : redirect_to(target), false,
                                      false};
    });
    HttpClient client{HttpOptions{}};
    HttpRequest request = get(server.url("/near"));
    EXPECT_EQ(client.perform(request)->status, 302);
    request.follow_redirects = true;
    request.headers = {"X-ABS-User-Token: secret"};
    EXPECT_EQ(client.perform(request)->body, "end");
    for (const std::string path : {"/far", "/tls"}) {
        request.url = server.url(path);
        const auto response = client.perform(request);
        ASSERT_FALSE(response.has_value());
        EXPECT_EQ(response.error().kind, Kind::kInvalid);
        EXPECT_EQ(response.error().detail, "redirect to another host");
    }
    EXPECT_TRUE(elsewhere.heard().empty());
}

TEST(HttpClient, DoesNotRunInCirclesNorLongerThanItsTimeout) {
    ScriptedServer server(always(redirect_to("/again")));
    HttpClient client{HttpOptions{}};
    HttpRequest request = get(server.url());
    request.follow_redirects = true;
    const auto response = client.perform(request);
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().detail, "too many redirects");
    EXPECT_EQ(server.heard().size(), 6U);
}

TEST(HttpClient, NeverFollowsARedirectOfAPatch) {
    ScriptedServer server(always(redirect_to("/end")));
    HttpClient client{HttpOptions{}};
    HttpRequest request = post(server.url(), "x");
    request.follow_redirects = true;
    EXPECT_EQ(client.perform(request)->status, 302);
    EXPECT_EQ(server.heard().size(), 1U);
}

TEST(HttpClient, IgnoresTheEnvironmentsProxies) {
    ScriptedServer server(always(ScriptedServer::ok("direct")));
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    HttpClient client{HttpOptions{}};
    EXPECT_TRUE(client.perform(get(server.url())).has_value());
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
}

TEST(HttpClient, AsksTheProxyThatIsConfigured) {
    ScriptedServer proxy(always(ScriptedServer::ok("by proxy")));
    setenv("no_proxy", "*", 1);
    HttpOptions options;
    options.proxy = proxy.url();
    HttpClient client(options);
    EXPECT_EQ(client.perform(get("http://books.invalid/x"))->body, "by proxy");
    EXPECT_EQ(proxy.heard().at(0).target, "http://books.invalid/x");
    unsetenv("no_proxy");
}

TEST(HttpClient, RefusesRequestsThatAreNone) {
    HttpClient client{HttpOptions{}};
    for (const std::string url :
         {"", "no url", "ftp://host/", "file:///etc/passwd", "http://", "http://user:secret@127.0.0.1:1/"}) {
        const auto response = client.perform(get(url));
        ASSERT_FALSE(response.has_value()) << url;
        EXPECT_EQ(response.error().kind, Kind::kInvalid) << url;
        EXPECT_THAT(response.error().detail, Not(HasSubstr("secret")));
    }
    HttpRequest request = get("http://127.0.0.1:1/");
    request.headers = {"Authorization: Bearer secret\r\nX-Injected: 1"};
    const auto response = client.perform(request);
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().kind, Kind::kInvalid);
    EXPECT_THAT(response.error().detail, Not(HasSubstr("secret")));
}

TEST(HttpClient, ForgetsTheLastRequest) {
    ScriptedServer server(always(ScriptedServer::ok("")));
    HttpClient client{HttpOptions{}};
    HttpRequest patch = post(server.url("/1"), "body");
    patch.method = "PATCH";
    patch.headers = {"Authorization: Bearer k"};
    ASSERT_TRUE(client.perform(patch).has_value());
    ASSERT_TRUE(client.perform(get(server.url("/2"))).has_value());
    const auto heard = server.heard().at(1);
    EXPECT_EQ(heard.method, "GET");
    EXPECT_THAT(heard.head, Not(HasSubstr("Authorization")));
    EXPECT_THAT(heard.head, Not(HasSubstr("Content-Length")));
}

}  // namespace
}  // namespace koshelf::platform
