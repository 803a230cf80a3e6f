#include "abs/calls.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "abs/feed.h"
#include "core/metrics/cells.h"

namespace koshelf::abs {
namespace {

using platform::HttpError;
using platform::HttpResponse;
using platform::HttpResult;
using testing::Contains;
using testing::ElementsAre;

const Server kServer{"https://host/audiobookshelf", std::chrono::milliseconds(1234)};
const Credential kCredential{"key", "", ""};

HttpResponse response(int status, std::string body = "") {
    HttpResponse answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
}

template <class T>
AbsErrorKind failure(const Call<T>& call, int status, const std::string& body = "Unauthorized") {
    const auto result = understand(call, HttpResult(response(status, body)));
    EXPECT_FALSE(result.has_value()) << status;
    return result ? AbsErrorKind::kUnexpected : result.error().kind;
}

// Whatever is said of a call and its failure has a place among the metrics.
TEST(Calls, AreCountedUnderNamesThatThereAre) {
    using core::metrics::Metric;
    std::set<std::string_view> names;
    for (const std::string_view name :
         {get_status(kServer).name, get_me(kServer, kCredential).name,
          list_progress(kServer, kCredential, "").name, get_progress(kServer, kCredential, "i").name,
          patch_progress(kServer, kCredential, "i", {}).name, sync_session(kServer, kCredential, {}).name,
          get_item(kServer, kCredential, "i").name, list_libraries(kServer, kCredential).name,
          list_items(kServer, kCredential, "l", {}).name, search(kServer, kCredential, "l", "t").name,
          get_ebook_range(kServer, kCredential, {"i", ""}, {}).name,
          get_cover(kServer, kCredential, "i", 40).name, login(kServer, {"u", "p"}).name,
          refresh(kServer, "t").name, get_open_sessions(kServer, kCredential).name}) {
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_NE(name, "other");
        EXPECT_TRUE(core::metrics::find(Metric::kAbsDuration, name)) << name;
        EXPECT_TRUE(core::metrics::find(Metric::kAbsCalls, name, "ok")) << name;
    }
    for (int kind = 0; kind <= static_cast<int>(AbsErrorKind::kTooLarge); ++kind) {
        const std::string_view result = to_string(static_cast<AbsErrorKind>(kind));
        EXPECT_TRUE(core::metrics::find(Metric::kAbsCalls, "me", result)) << result;
    }
    for (const auto kind : {FeedFailure::Kind::kRefused, FeedFailure::Kind::kUnreachable,
                            FeedFailure::Kind::kClosed, FeedFailure::Kind::kProtocol})
        EXPECT_TRUE(core::metrics::find(Metric::kFeedLosses, to_string(kind))) << to_string(kind);
}

TEST(Calls, SendTheCredentialAndTheTimeout) {
    const auto call = get_me(kServer, kCredential);
    EXPECT_EQ(call.request.method, "GET");
    EXPECT_EQ(call.request.url, "https://host/audiobookshelf/api/me");
    EXPECT_EQ(call.request.timeout, kServer.timeout);
    EXPECT_THAT(call.request.headers, ElementsAre("Authorization: Bearer key"));
    EXPECT_THAT(get_me(kServer, {"key", "user token", ""}).request.headers,
                ElementsAre("Authorization: Bearer key", "X-ABS-User-Token: user token"));
}

TEST(Calls, ShowNoCredentialWhereNoneIsNeeded) {
    EXPECT_TRUE(get_status(kServer).request.headers.empty());
}

TEST(Calls, NameTheKindOfEveryRefusal) {
    const auto call = get_me(kServer, kCredential);
    EXPECT_EQ(failure(call, 401), AbsErrorKind::kUnauthorized);
    EXPECT_EQ(failure(call, 403), AbsErrorKind::kForbidden);
    EXPECT_EQ(failure(call, 404), AbsErrorKind::kNotFound);
    EXPECT_EQ(failure(call, 429), AbsErrorKind::kRateLimited);
    EXPECT_EQ(failure(call, 500), AbsErrorKind::kServerError);
    EXPECT_EQ(failure(call, 503), AbsErrorKind::kServerError);
    EXPECT_EQ(failure(call, 400), AbsErrorKind::kUnexpected);
    EXPECT_EQ(failure(call, 302), AbsErrorKind::kUnexpected);
    EXPECT_EQ(failure(call, 200, "<html>"), AbsErrorKind::kUnexpected);
    EXPECT_EQ(failure(call, 200, "{}"), AbsErrorKind::kUnexpected);
    EXPECT_EQ(failure(call, 200, ""), AbsErrorKind::kUnexpected);
}

TEST(Calls, NameTheKindOfEveryFailureOfTheTransport) {
    const auto call = get_me(kServer, kCredential);
    const auto kind = [&](HttpError::Kind why) {
        return understand(call, HttpResult(tl::unexpected(HttpError{why, "x"}))).error().kind;
    };
    EXPECT_EQ(kind(HttpError::Kind::kUnreachable), AbsErrorKind::kUnreachable);
    EXPECT_EQ(kind(HttpError::Kind::kTimeout), AbsErrorKind::kTimeout);
    EXPECT_EQ(kind(HttpError::Kind::kTls), AbsErrorKind::kTls);
    EXPECT_EQ(kind(HttpError::Kind::kTooLarge), AbsErrorKind::kTooLarge);
    EXPECT_EQ(kind(HttpError::Kind::kInvalid), AbsErrorKind::kUnexpected);
}

TEST(Calls, TellWhichErrorsAreForGood) {
    for (const auto kind : {AbsErrorKind::kUnauthorized, AbsErrorKind::kForbidden, AbsErrorKind::kNotFound}) {
        EXPECT_TRUE((AbsError{kind, "", {}}.permanent())) << to_string(kind);
    }
    for (const auto kind :
         {AbsErrorKind::kUnreachable, AbsErrorKind::kTimeout, AbsErrorKind::kTls, AbsErrorKind::kRateLimited,
          AbsErrorKind::kServerError, AbsErrorKind::kUnexpected, AbsErrorKind::kTooLarge}) {
        EXPECT_FALSE((AbsError{kind, "", {}}.permanent())) << to_string(kind);
    }
}

TEST(Calls, PassOnHowLongToWait) {
    const auto wait = [](int status, const std::string& header) {
        HttpResponse answer = response(status);
        answer.retry_after = header;
        return error_of(answer)->retry_after;
    };
    EXPECT_EQ(wait(429, "600"), std::chrono::seconds(600));
    EXPECT_EQ(wait(503, "1"), std::chrono::seconds(1));
    EXPECT_EQ(wait(429, "99999999999999"), std::chrono::hours(24));
    for (const std::string header :
         {"", "-1", "1.5", "soon", "Tue, 24 Nov 2026 02:00:00 GMT", "9999999999999999999999"}) {
        EXPECT_EQ(wait(429, header), std::nullopt) << header;
    }
    EXPECT_EQ(wait(500, "600"), std::nullopt);
}

TEST(Calls, RepeatNothingThatTheServerWroteInAnError) {
    const auto result = understand(get_me(kServer, kCredential), HttpResult(response(500, "token=secret")));
    EXPECT_EQ(result.error().detail, "HTTP 500");
}

TEST(ListProgress, AsksForWhatChanged) {
    const auto call = list_progress(kServer, kCredential, "W/\"1\"");
    EXPECT_EQ(call.request.url, "https://host/audiobookshelf/api/me/progress");
    EXPECT_THAT(call.request.headers, Contains("If-None-Match: W/\"1\""));
    EXPECT_EQ(list_progress(kServer, kCredential, "").request.headers.size(), 1U);
    const auto same = understand(call, HttpResult(response(304)));
    ASSERT_TRUE(same.has_value());
    EXPECT_FALSE(same->value.has_value());
    HttpResponse changed = response(200, R"({"mediaProgress":[{"libraryItemId":"i"}]})");
    changed.etag = "W/\"2\"";
    changed.date = 5000;
    const auto records = understand(call, HttpResult(changed));
    ASSERT_TRUE(records.has_value());
    EXPECT_EQ(records->value->size(), 1U);
    EXPECT_EQ(records->etag, "W/\"2\"");
    EXPECT_EQ(records->server_time, 5000);
    EXPECT_EQ(failure(call, 404), AbsErrorKind::kNotFound);
    EXPECT_EQ(failure(call, 200, "[]"), AbsErrorKind::kUnexpected);
}

TEST(GetProgress, TakesNotFoundForNothingThere) {
    const auto call = get_progress(kServer, kCredential, "i");
    EXPECT_EQ(call.request.url, "https://host/audiobookshelf/api/me/progress/i");
    const auto none = understand(call, HttpResult(response(404, "Not Found")));
    ASSERT_TRUE(none.has_value());
    EXPECT_FALSE(none->value.has_value());
    EXPECT_EQ(understand(call, HttpResult(response(200, R"({"libraryItemId":"i","currentTime":5})")))
                  ->value->current_time,
              5);
    EXPECT_EQ(failure(call, 200, "OK"), AbsErrorKind::kUnexpected);
    EXPECT_EQ(failure(call, 401), AbsErrorKind::kUnauthorized);
}

TEST(GetProgress, HasARouteOfTheUserId) {
    const Credential credential{"key", "", "u/1"};
    EXPECT_EQ(get_progress(kServer, credential, "i", ProgressRoute::kOfUserId).request.url,
              "https://host/audiobookshelf/api/users/u%2F1/progress/i");
}

TEST(PatchProgress, SendsThePatch) {
    ProgressPatch patch;
    patch.ebook_progress = 0.5;
    const auto call = patch_progress(kServer, kCredential, "i", patch);
    EXPECT_EQ(call.request.method, "PATCH");
    EXPECT_EQ(call.request.body, R"({"ebookProgress":0.5})");
    EXPECT_THAT(call.request.headers, Contains("Content-Type: application/json"));
    EXPECT_FALSE(call.request.follow_redirects);
    EXPECT_TRUE(understand(call, HttpResult(response(200, "OK"))).has_value());
    EXPECT_EQ(failure(call, 404, "Library item not found"), AbsErrorKind::kNotFound);
    EXPECT_EQ(failure(call, 302), AbsErrorKind::kUnexpected);
}

TEST(EbookRange, AsksForBytesAsTheyAre) {
    const auto call = get_ebook_range(kServer, kCredential, {"i", "42"}, {1024, 2047});
    EXPECT_EQ(call.request.url, "https://host/audiobookshelf/api/items/i/ebook/42");
    EXPECT_THAT(call.request.headers, Contains("Range: bytes=1024-2047"));
    EXPECT_FALSE(call.request.accept_gzip);
    EXPECT_EQ(get_ebook_range(kServer, kCredential, {"i", ""}, {0, 0}).request.url,
              "https://host/audiobookshelf/api/items/i/ebook");
}

TEST(EbookRange, TakesTheRangeOrCutsItOutOfTheWhole) {
    const auto call = get_ebook_range(kServer, kCredential, {"i", "1"}, {2, 4});
    const auto answer = [&](int status, const std::string& body, const std::string& range) {
        HttpResponse given = response(status, body);
        given.content_range = range;
        return understand(call, HttpResult(given));
    };
    const auto part = answer(206, "cde", "bytes 2-4/10");
    EXPECT_EQ(part->value.bytes, "cde");
    EXPECT_EQ(part->value.total, 10U);
    EXPECT_EQ(answer(206, "cd", "bytes 2-3/4")->value.bytes, "cd");
    EXPECT_EQ(answer(206, "cde", "bytes 2-4/*")->value.total, std::nullopt);
    EXPECT_EQ(answer(200, "abcdefgh", "")->value.bytes, "cde");
    EXPECT_EQ(answer(200, "abc", "")->value.bytes, "c");
    EXPECT_EQ(answer(200, "a", "")->value.bytes, "");
    EXPECT_EQ(answer(416, "", "bytes */2")->value.total, 2U);
    EXPECT_EQ(answer(416, "", "bytes */2")->value.bytes, "");
    for (const std::string range : {"", "bytes 0-2/10", "bytes x-4/10", "bytes 2-4", "items 2-4/10"}) {
        EXPECT_FALSE(answer(206, "cde", range).has_value()) << range;
    }
    EXPECT_FALSE(answer(206, "cdef", "bytes 2-5/10").has_value());
}

TEST(ListItems, PagesThroughALibrary) {
    const auto call = list_items(kServer, kCredential, "l", {3, 50});
    EXPECT_EQ(call.request.url,
              "https://host/audiobookshelf/api/libraries/l/items?minified=1&sort=addedAt&limit=50&page=3");
    const auto page = understand(
        call, HttpResult(response(200, R"({"results":[{"id":"a","media":{}},{"broken":1}],"total":7})")));
    ASSERT_TRUE(page.has_value());
    EXPECT_EQ(page->value.items.size(), 1U);
    EXPECT_EQ(page->value.received, 2U);
    EXPECT_EQ(page->value.total, 7U);
    EXPECT_EQ(failure(call, 200, R"({"results":{}})"), AbsErrorKind::kUnexpected);
}

TEST(Search, FindsBooksOnly) {
    const auto call = search(kServer, kCredential, "l", "a&b %");
    EXPECT_EQ(call.request.url, "https://host/audiobookshelf/api/libraries/l/search?limit=12&q=a%26b%20%25");
    const auto found = understand(
        call,
        HttpResult(response(200, R"({"book":[{"libraryItem":{"id":"i","media":{}}},{}],"authors":[{}]})")));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->value.size(), 1U);
    EXPECT_TRUE(understand(call, HttpResult(response(200, R"({"podcast":[]})")))->value.empty());
}

TEST(Login, AsksForTokensAndReadsThem) {
    const auto call = login(kServer, {"alice", "p\"w"});
    EXPECT_EQ(call.request.url, "https://host/audiobookshelf/login");
    EXPECT_EQ(call.request.body, R"({"username":"alice","password":"p\"w"})");
    EXPECT_THAT(call.request.headers, Contains("x-return-tokens: true"));
    const auto result = understand(
        call,
        HttpResult(response(
            200,
            R"({"user":{"id":"u","username":"alice","mediaProgress":[],"token":"t","accessToken":"a","refreshToken":"r"}})")));
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->value.me.token, "t");
    EXPECT_EQ(result->value.access_token, "a");
    EXPECT_EQ(result->value.refresh_token, "r");
    EXPECT_THAT(refresh(kServer, "r").request.headers, Contains("x-refresh-token: r"));
}

TEST(Status, IsThatOfAnAudiobookshelf) {
    const auto call = get_status(kServer);
    const auto status =
        understand(call, HttpResult(response(200, R"({"serverVersion":"2.36.0","isInit":true})")));
    EXPECT_EQ(status->value.version, "2.36.0");
    EXPECT_TRUE(status->value.initialised);
    EXPECT_EQ(failure(call, 200, R"({"status":"ok"})"), AbsErrorKind::kUnexpected);
}

}  // namespace
}  // namespace koshelf::abs
