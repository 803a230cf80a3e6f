#include "library/caller.h"

#include <algorithm>
#include <optional>

namespace koshelf::library {
namespace {

constexpr std::chrono::milliseconds kBeat{100};

}  // namespace

platform::HttpResult Caller::perform(const platform::HttpRequest& request) {
    std::optional<platform::HttpResult> result;
    const auto id = loop_.start(request, [&result](platform::HttpResult done) { result = std::move(done); });
    while (!result) {
        if (!keep_on_()) {
            loop_.cancel(id);
            return tl::unexpected(
                platform::HttpError{platform::HttpError::Kind::kUnreachable, "the program is stopping"});
        }
        loop_.run_once(kBeat);
    }
    return std::move(*result);
}

bool Caller::wait(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (keep_on_()) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left <= std::chrono::milliseconds::zero()) return true;
        loop_.run_once(std::min(left, kBeat));
    }
    return false;
}

void Caller::rest() {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - last_gentle_);
    if (passed < gap_) wait(gap_ - passed);
}

}  // namespace koshelf::library
