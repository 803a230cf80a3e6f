// Call: a request together with what its answer means, and the two ways to make it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "abs/error.h"
#include "platform/clock.h"
#include "platform/http.h"
#include "platform/http_client.h"
#include "platform/http_loop.h"

namespace koshelf::abs {

// What a call brought, and when.
template <class T>
struct Answer {
    T value;
    std::optional<platform::EpochMillis> server_time;  // Date header: whole seconds
    std::string etag;
    platform::EpochMillis sent = 0;  // our clock around the exchange, for ClockSkew
    platform::EpochMillis received = 0;
};

template <class T>
using AbsResult = tl::expected<Answer<T>, AbsError>;

template <class T>
struct Call {
    platform::HttpRequest request;
    // Gets every answer, also 304 and 404: what they mean is the call's matter.
    std::function<tl::expected<T, AbsError>(const platform::HttpResponse&)> read;
    std::string_view name = "other";  // under which it is counted: one of core::metrics::values::kCalls
};

// Counts a call that came back; `answer`: nothing if none came, `error`: nothing if it brought a value.
void count_call(std::string_view name, const platform::HttpResponse* answer,
                std::optional<AbsErrorKind> error);

template <class T>
[[nodiscard]] AbsResult<T> understand(const Call<T>& call, const platform::HttpResult& result) {
    if (!result) {
        AbsError error = error_of(result.error());
        count_call(call.name, nullptr, error.kind);
        return tl::unexpected(std::move(error));
    }
    auto value = call.read(*result);
    count_call(call.name, &*result, value ? std::nullopt : std::optional(value.error().kind));
    if (!value) return tl::unexpected(std::move(value.error()));
    return Answer<T>{std::move(*value), result->date, result->etag, result->sent, result->received};
}

// Makes the call and waits for its result.
template <class T>
[[nodiscard]] AbsResult<T> perform(platform::HttpClient& client, const Call<T>& call) {
    return understand(call, client.perform(call.request));
}

// Starts the call; `done` gets its result as HttpLoop::start() says.
template <class T>
platform::TransferId start(platform::HttpLoop& loop, Call<T> call, std::function<void(AbsResult<T>)> done) {
    platform::HttpRequest request = std::move(call.request);
    return loop.start(std::move(request),
                      [call = std::move(call), done = std::move(done)](const platform::HttpResult& result) {
                          done(understand(call, result));
                      });
}

}  // namespace koshelf::abs
