#include "abs/feed.h"

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/scripted_server.h"

namespace koshelf::abs {
namespace {

using platform::HttpLoop;
using platform::HttpOptions;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::ScriptedServer;
using testing::ElementsAre;

// A Socket.IO server: answers polls with what was queued, in order, and holds them when nothing is left.
class FakeSocketIo {
  public:
    explicit FakeSocketIo(std::deque<std::string> polls)
        : polls_(std::move(polls)), server_([this](const auto& heard) {
              if (heard.method == "POST")
                  return ScriptedServer::Answer{ScriptedServer::ok("ok"), false, false};
              if (polls_.empty()) return ScriptedServer::Answer{ScriptedServer::ok("6"), false, true};
              const std::string body = polls_.front();
              polls_.pop_front();
              if (body.starts_with("HTTP/") || body.empty()) return ScriptedServer::Answer{body, true, false};
              return ScriptedServer::Answer{ScriptedServer::ok(body), false, false};
          }) {}

    ScriptedServer& server() { return server_; }
    std::vector<std::string> said() {
        std::vector<std::string> bodies;
        for (const auto& heard : server_.heard()) {
            if (heard.method == "POST") bodies.push_back(heard.body);
        }
        return bodies;
    }

  private:
    std::deque<std::string> polls_;
    ScriptedServer server_;
};

const std::string kOpen = R"(0{"sid":"s1","pingInterval":25000,"pingTimeout":20000})";
const std::string kConnect = R"(40{"sid":"x"})";
const std::string kInit = R"(42["init",{"userId":"u","username":"alice"}])";

struct Watched {
    HttpLoop loop{HttpOptions{}};
    std::vector<std::string> events;
    std::unique_ptr<Feed> feed;

    void start(const std::string& base_url) {
        FeedEvents handlers;
        handlers.ready = [this] { events.emplace_back("ready"); };
        handlers.progress = [this](const MediaProgress& record, const std::string& session) {
            events.push_back("progress " + record.item + " " + session);
        };
        handlers.user = [this](const Me& me) { events.push_back("user " + me.id); };
        handlers.session_closed = [this](const std::string& session) {
            events.push_back("closed " + session);
        };
        handlers.item_changed = [this](const std::string& item) { events.push_back("item " + item); };
        handlers.lost = [this](const FeedFailure& failure) {
            events.push_back("lost " + std::string(to_string(failure.kind)));
        };
        feed =
            std::make_unique<Feed>(loop, Server{base_url, milliseconds(500)}, "token", std::move(handlers));
    }
    template <class Condition>
    bool run_until(Condition condition) {
        const auto end = std::chrono::steady_clock::now() + seconds(5);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) return false;
            loop.run_once(milliseconds(10));
        }
        return true;
    }
    bool run_until_lost() {
        return run_until([this] { return !events.empty() && events.back().starts_with("lost"); });
    }
};

TEST(Feed, OpensAuthenticatesAndListens) {
    FakeSocketIo socket_io(
        {kOpen, kConnect, "42[\"user_online\",{}]\x1e" + kInit,
         R"(42["user_item_progress_updated",{"sessionId":"p","data":{"libraryItemId":"i","userId":"u"}}])"
         "\x1e"
         R"(42["user_updated",{"id":"u","mediaProgress":[]}])",
         "2", R"(42["user_session_closed","p"])"});
    Watched watched;
    watched.start(socket_io.server().url("/audiobookshelf"));
    ASSERT_TRUE(
        watched.run_until([&] { return watched.events.size() == 4 && socket_io.server().held() == 1; }));
    EXPECT_THAT(watched.events, ElementsAre("ready", "progress i p", "user u", "closed p"));
    EXPECT_THAT(socket_io.said(), ElementsAre("40", R"(42["auth","token"])", "3"));
    for (const auto& heard : socket_io.server().heard()) {
        EXPECT_TRUE(heard.target.starts_with("/audiobookshelf/socket.io/?EIO=4&transport=polling"))
            << heard.target;
        EXPECT_EQ(heard.connection, 1) << "one connection is enough";
        EXPECT_EQ(heard.target.find("token"), std::string::npos);
    }
}

TEST(Feed, TellsWhichItemsWereChanged) {
    FakeSocketIo socket_io({kOpen, kConnect,
                            kInit + "\x1e"
                                    R"(42["item_updated",{"id":"a","media":{"chapters":[]}}])"
                                    "\x1e"
                                    R"(42["items_updated",[{"id":"b"},7,{"id":"c"}]])"
                                    "\x1e"
                                    R"(42["item_updated"])"
                                    "\x1e"
                                    R"(42["user_session_closed","p"])"});
    Watched watched;
    watched.start(socket_io.server().url(""));
    ASSERT_TRUE(watched.run_until([&] { return watched.events.size() == 5; }));
    EXPECT_THAT(watched.events, ElementsAre("ready", "item a", "item b", "item c", "closed p"));
}

TEST(Feed, PassesOnNobodyElsesEvents) {
    FakeSocketIo socket_io(
        {kOpen, kConnect, kInit,
         R"(42["user_updated",{"id":"other","mediaProgress":[]}])"
         "\x1e"
         R"(42["user_item_progress_updated",{"data":{"libraryItemId":"i","userId":"other"}}])"
         "\x1e"
         R"(42["user_session_closed","p"])"});
    Watched watched;
    watched.start(socket_io.server().url(""));
    ASSERT_TRUE(watched.run_until([&] { return watched.events.size() == 2; }));
    EXPECT_THAT(watched.events, ElementsAre("ready", "closed p"));
}

TEST(Feed, SaysWhyItIsLost) {
    const std::string kUnknown = "HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\n{}";
    const std::string kBadGateway = "HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n";
    const std::string kNotFound = "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n";
    const std::vector<std::pair<std::deque<std::string>, std::string>> cases = {
        {{kNotFound}, "lost protocol"},
        {{kBadGateway}, "lost unreachable"},
        {{""}, "lost unreachable"},
        {{"<html>"}, "lost protocol"},
        {{"0{}"}, "lost protocol"},
        {{kOpen, R"(42["auth_failed",{"message":"Invalid token"}])"}, "lost refused"},
        {{kOpen, R"(44{"message":"no"})"}, "lost protocol"},
        {{kOpen, kConnect, "41"}, "lost closed"},
        {{kOpen, kConnect, kInit,
          "6\x1e"
          "1"},
         "lost closed"},
        {{kOpen, kConnect, kInit, kUnknown}, "lost closed"},
        {{kOpen, kConnect, kInit, "", kUnknown}, "lost closed"},  // the poll is asked again, in vain
        {{kOpen, kConnect, kInit, "42nonsense"}, "lost protocol"},
        {{kOpen, kConnect, kInit, "42[5]"}, "lost protocol"},
        {{kOpen, kConnect, kInit, "x"}, "lost protocol"},
        {{kOpen, kConnect}, "lost unreachable"},  // no answer to the token in time
    };
    for (const auto& [polls, reason] : cases) {
        FakeSocketIo socket_io(polls);
        Watched watched;
        watched.start(socket_io.server().url(""));
        ASSERT_TRUE(watched.run_until_lost()) << reason << testing::PrintToString(polls);
        EXPECT_EQ(watched.events.back(), reason) << testing::PrintToString(polls);
        for (int i = 0; i < 5; ++i) watched.loop.run_once(milliseconds(5));
        EXPECT_EQ(std::count_if(watched.events.begin(), watched.events.end(),
                                [](const std::string& event) { return event.starts_with("lost"); }),
                  1);
        EXPECT_EQ(watched.loop.running(), 0U);
    }
}

TEST(Feed, DoesNotListenForeverToAServerThatTalksOfOtherThings) {
    std::deque<std::string> polls{kOpen, kConnect};
    for (int i = 0; i < 50; ++i) polls.emplace_back(R"(42["user_online",{}])");
    FakeSocketIo socket_io(polls);
    Watched watched;
    watched.start(socket_io.server().url(""));
    ASSERT_TRUE(watched.run_until_lost());
    EXPECT_EQ(watched.events.back(), "lost protocol");
}

TEST(Feed, DoesNotHurryWhereThereIsNothing) {
    std::deque<std::string> polls{kOpen, kConnect, kInit};
    for (int i = 0; i < 1000; ++i) polls.emplace_back("6");
    FakeSocketIo socket_io(polls);
    Watched watched;
    watched.start(socket_io.server().url(""));
    ASSERT_TRUE(watched.run_until([&] { return watched.events.size() == 1; }));
    const auto end = std::chrono::steady_clock::now() + milliseconds(500);
    while (std::chrono::steady_clock::now() < end) watched.loop.run_once(milliseconds(20));
    EXPECT_LT(socket_io.server().heard().size(), 10U);
}

TEST(Feed, ClosesInOrderAndIsSilentFromThenOn) {
    FakeSocketIo socket_io({kOpen, kConnect, kInit});
    Watched watched;
    watched.start(socket_io.server().url(""));
    ASSERT_TRUE(watched.run_until([&] { return socket_io.server().held() == 1; }));
    watched.feed->close();
    watched.feed.reset();
    ASSERT_TRUE(watched.run_until([&] { return watched.loop.running() == 0; }));
    EXPECT_EQ(socket_io.said().back(), "1");
    EXPECT_THAT(watched.events, ElementsAre("ready"));
}

TEST(Feed, MayBeDestroyedByItsOwnEvents) {
    FakeSocketIo socket_io({kOpen, kConnect,
                            kInit + "\x1e"
                                    "1"});
    HttpLoop loop{HttpOptions{}};
    std::unique_ptr<Feed> feed;
    int events = 0;
    FeedEvents handlers;
    handlers.ready = [&] {
        ++events;
        feed.reset();
    };
    handlers.lost = [&](const FeedFailure&) { ++events; };
    feed = std::make_unique<Feed>(loop, Server{socket_io.server().url(""), milliseconds(500)}, "token",
                                  handlers);
    const auto end = std::chrono::steady_clock::now() + seconds(5);
    while (feed && std::chrono::steady_clock::now() < end) loop.run_once(milliseconds(10));
    for (int i = 0; i < 5; ++i) loop.run_once(milliseconds(5));
    EXPECT_EQ(events, 1);
    EXPECT_EQ(loop.running(), 0U);
}

}  // namespace
}  // namespace koshelf::abs
