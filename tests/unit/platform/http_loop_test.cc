#include "platform/http_loop.h"

#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "scripted_server.h"

namespace koshelf::platform {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;
using test::ScriptedServer;
using Kind = HttpError::Kind;

template <class Condition>
bool run_until(HttpLoop& loop, Condition condition, milliseconds longest = seconds(20)) {
    const auto end = Clock::now() + longest;
    while (!condition()) {
        if (Clock::now() > end) return false;
        loop.run_once(milliseconds(50));
    }
    return true;
}

HttpRequest get(const std::string& url, milliseconds timeout = seconds(5)) {
    HttpRequest request;
    request.url = url;
    request.timeout = timeout;
    return request;
}

ScriptedServer::Script always(const std::string& bytes) {
    return [=](const ScriptedServer::Heard&) { return ScriptedServer::Answer{bytes, false, false}; };
}

ScriptedServer::Script hold(const std::string& bytes) {
    return [=](const ScriptedServer::Heard&) { return ScriptedServer::Answer{bytes, false, true}; };
}

TEST(HttpLoop, DeliversFromRunOnceOnly) {
    ScriptedServer server(always(ScriptedServer::ok("hello")));
    HttpLoop loop{HttpOptions{}};
    std::optional<HttpResult> result;
    std::optional<HttpResult> malformed;
    loop.start(get(server.url()), [&](HttpResult answer) { result = std::move(answer); });
    loop.start(get("no url"), [&](HttpResult answer) { malformed = std::move(answer); });
    EXPECT_FALSE(result || malformed);
    EXPECT_EQ(loop.running(), 2U);
    ASSERT_TRUE(run_until(loop, [&] { return result && malformed; }));
    EXPECT_EQ((*result)->body, "hello");
    EXPECT_EQ(malformed->error().kind, Kind::kInvalid);
    EXPECT_EQ(loop.running(), 0U);
}

TEST(HttpLoop, StartsTheNextFromACallback) {
    ScriptedServer server(always(ScriptedServer::ok("x")));
    HttpLoop loop{HttpOptions{}};
    int left = 20;
    std::function<void(HttpResult)> again = [&](const HttpResult& result) {
        ASSERT_TRUE(result.has_value());
        if (--left > 0) loop.start(get(server.url()), again);
    };
    loop.start(get(server.url()), again);
    ASSERT_TRUE(run_until(loop, [&] { return left == 0; }));
    EXPECT_EQ(server.heard().back().connection, 1);
}

TEST(HttpLoop, TimesOutWhileOthersGoOn) {
    ScriptedServer silent(hold(""));
    ScriptedServer quick(always(ScriptedServer::ok("x")));
    HttpLoop loop{HttpOptions{}};
    std::optional<HttpResult> late;
    int answered = 0;
    const auto begin = Clock::now();
    loop.start(get(silent.url(), milliseconds(300)), [&](HttpResult result) { late = std::move(result); });
    std::function<void(HttpResult)> again = [&](const HttpResult& result) {
        ASSERT_TRUE(result.has_value());
        ++answered;
        if (!late) loop.start(get(quick.url()), again);
    };
    loop.start(get(quick.url()), again);
    ASSERT_TRUE(run_until(loop, [&] { return late.has_value(); }));
    EXPECT_EQ(late->error().kind, Kind::kTimeout);
    EXPECT_LT(Clock::now() - begin, milliseconds(1500));
    EXPECT_GT(answered, 20);
}

TEST(HttpLoop, NeverCallsBackAfterACancel) {
    ScriptedServer server(hold(ScriptedServer::ok("x")));
    HttpLoop loop{HttpOptions{}};
    bool called = false;
    auto owned = std::make_shared<int>(0);
    const TransferId id =
        loop.start(get(server.url()), [&called, owned](const HttpResult&) { called = true; });
    ASSERT_TRUE(run_until(loop, [&] { return server.held() == 1; }));
    loop.cancel(id);
    EXPECT_EQ(owned.use_count(), 1);
    server.release();
    for (int i = 0; i < 10; ++i) loop.run_once(milliseconds(10));
    EXPECT_FALSE(called);
    EXPECT_EQ(loop.running(), 0U);
    ASSERT_TRUE(run_until(loop, [&] { return server.open_connections() == 0; }));
    loop.cancel(id);
}

TEST(HttpLoop, LetsACallbackCancelWhatIsAlreadyThere) {
    ScriptedServer server(hold(ScriptedServer::ok("x")));
    HttpLoop loop{HttpOptions{}};
    std::vector<TransferId> ids(10);
    int called = 0;
    for (auto& id : ids) {
        id = loop.start(get(server.url()), [&](const HttpResult&) {
            ++called;
            for (const TransferId each : ids) loop.cancel(each);
        });
    }
    ASSERT_TRUE(run_until(loop, [&] { return server.held() == ids.size(); }));
    server.release();
    std::this_thread::sleep_for(milliseconds(100));
    ASSERT_TRUE(run_until(loop, [&] { return loop.running() == 0; }));
    EXPECT_EQ(called, 1);
}

TEST(HttpLoop, DropsWhatCallbacksHoldWhenItGoes) {
    ScriptedServer server(hold(""));
    struct Holder {
        HttpLoop* loop;
        TransferId other{};
        explicit Holder(HttpLoop* its) : loop(its) {}
        Holder(const Holder&) = delete;
        Holder& operator=(const Holder&) = delete;
        ~Holder() { loop->cancel(other); }
    };
    auto loop = std::make_unique<HttpLoop>(HttpOptions{});
    auto holder = std::make_shared<Holder>(loop.get());
    const std::weak_ptr<Holder> watched = holder;
    loop->start(get(server.url()), [holder](const HttpResult&) {});
    holder->other = loop->start(get(server.url()), [](const HttpResult&) {});
    loop->after(seconds(60), [holder] {});
    holder.reset();
    loop->run_once(milliseconds(10));
    EXPECT_FALSE(watched.expired());
    loop.reset();
    EXPECT_TRUE(watched.expired());
}

TEST(HttpLoop, CallsTimersInOrderAndOnce) {
    HttpLoop loop{HttpOptions{}};
    std::vector<int> called;
    loop.after(milliseconds(60), [&] { called.push_back(3); });
    loop.after(milliseconds(20), [&] { called.push_back(1); });
    loop.after(milliseconds(40), [&] { called.push_back(2); });
    const TimerId dropped = loop.after(milliseconds(30), [&] { called.push_back(9); });
    loop.cancel(dropped);
    const auto begin = Clock::now();
    ASSERT_TRUE(run_until(loop, [&] { return called.size() == 3; }));
    EXPECT_GE(Clock::now() - begin, milliseconds(60));
    loop.run_once(milliseconds(50));
    EXPECT_THAT(called, testing::ElementsAre(1, 2, 3));
}

TEST(HttpLoop, ReturnsWhenItsTimeIsOver) {
    HttpLoop loop{HttpOptions{}};
    const auto begin = Clock::now();
    loop.run_once(milliseconds(30));
    EXPECT_GE(Clock::now() - begin, milliseconds(29));
    EXPECT_LT(Clock::now() - begin, milliseconds(500));
}

TEST(HttpLoop, WatchesOtherDescriptors) {
    HttpLoop loop{HttpOptions{}};
    int ends[2] = {-1, -1};
    ASSERT_EQ(pipe(ends), 0);
    int called = 0;
    loop.watch(ends[0], [&] {
        char byte = 0;
        EXPECT_EQ(read(ends[0], &byte, 1), 1);
        if (++called == 2) loop.unwatch(ends[0]);
    });
    loop.run_once(milliseconds(10));
    EXPECT_EQ(called, 0);
    ASSERT_EQ(write(ends[1], "abc", 3), 3);
    ASSERT_TRUE(run_until(loop, [&] { return called == 2; }));
    loop.run_once(milliseconds(20));
    EXPECT_EQ(called, 2);
    close(ends[0]);
    close(ends[1]);
}

TEST(HttpLoop, FollowsRedirectsOnItsOwnHost) {
    ScriptedServer server([](const ScriptedServer::Heard& heard) {
        return ScriptedServer::Answer{heard.target == "/a"
                                          ? "HTTP/1.1 301 Moved\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
                                          : ScriptedServer::ok("end"),
                                      false, false};
    });
    HttpLoop loop{HttpOptions{}};
    std::optional<HttpResult> result;
    HttpRequest request = get(server.url("/a"));
    request.follow_redirects = true;
    loop.start(request, [&](HttpResult answer) { result = std::move(answer); });
    ASSERT_TRUE(run_until(loop, [&] { return result.has_value(); }));
    EXPECT_EQ((*result)->body, "end");
}

std::chrono::microseconds cpu_time() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    const auto of = [](timeval time) {
        return seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

TEST(HttpLoop, HoldsAThousandLongPollsForAlmostNothing) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8192);
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < 2600) GTEST_SKIP() << "too few descriptors";

    ScriptedServer polls(hold(ScriptedServer::ok("event")));
    ScriptedServer quick(always(ScriptedServer::ok("x")));
    HttpLoop loop{HttpOptions{}};
    constexpr std::size_t kPolls = 1000;
    std::size_t answered = 0;
    for (std::size_t i = 0; i < kPolls; ++i) {
        loop.start(get(polls.url(), seconds(60)), [&](const HttpResult& result) {
            EXPECT_TRUE(result.has_value());
            ++answered;
        });
    }
    ASSERT_TRUE(run_until(loop, [&] { return polls.held() == kPolls; }));

    const auto before = cpu_time();
    int others = 0;
    for (; others < 200; ++others) {
        bool done = false;
        loop.start(get(quick.url()), [&](const HttpResult& result) { done = result.has_value(); });
        ASSERT_TRUE(run_until(loop, [&] { return done; }));
    }
    const auto each = (cpu_time() - before) / others;
    RecordProperty("microseconds_of_a_request_beside_1000_polls", static_cast<int>(each.count()));
    EXPECT_LT(each, milliseconds(2)) << "other requests do not pay for the polls";

    polls.release();
    ASSERT_TRUE(run_until(loop, [&] { return answered == kPolls; }));
    bool again = false;
    loop.start(get(quick.url()), [&](const HttpResult& result) { again = result.has_value(); });
    ASSERT_TRUE(run_until(loop, [&] { return again; }));
}

}  // namespace
}  // namespace koshelf::platform
