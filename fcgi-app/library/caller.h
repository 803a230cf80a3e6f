// Caller: calls of Audiobookshelf, one at a time, that end at once when the work is to stop.
#pragma once

#include <chrono>
#include <functional>
#include <utility>

#include "abs/call.h"
#include "platform/http.h"
#include "platform/http_loop.h"

namespace koshelf::library {

class Caller {
  public:
    // Asked about ten times a second while something is waited for; false: give up.
    using KeepOn = std::function<bool()>;

    Caller(platform::HttpOptions options, KeepOn keep_on)
        : loop_(std::move(options)), keep_on_(std::move(keep_on)) {}

    // kUnreachable if it was given up.
    template <class T>
    [[nodiscard]] abs::AbsResult<T> make(const abs::Call<T>& call) {
        return abs::understand(call, perform(call.request));
    }

    // The same, but not sooner than `gap` after the last call that was made this way: for work that has time
    // and must not be a burden.
    template <class T>
    [[nodiscard]] abs::AbsResult<T> make_gently(const abs::Call<T>& call) {
        rest();
        auto result = make(call);
        last_gentle_ = std::chrono::steady_clock::now();
        return result;
    }

    // False if it was given up.
    bool wait(std::chrono::milliseconds time);

    [[nodiscard]] bool keep_on() const { return keep_on_(); }
    void set_options(platform::HttpOptions options) { loop_.set_options(std::move(options)); }
    void set_gap(std::chrono::milliseconds gap) { gap_ = gap; }

  private:
    [[nodiscard]] platform::HttpResult perform(const platform::HttpRequest& request);
    void rest();

    platform::HttpLoop loop_;
    KeepOn keep_on_;
    std::chrono::milliseconds gap_{100};
    std::chrono::steady_clock::time_point last_gentle_;
};

}  // namespace koshelf::library
