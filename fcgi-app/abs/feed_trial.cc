#include "abs/feed_trial.h"

#include <algorithm>

#include "platform/http_loop.h"

namespace koshelf::abs {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFarewell{500};

// Runs the loop until `over`, no longer than that.
template <typename Condition>
void run(platform::HttpLoop& loop, milliseconds longest, Condition over) {
    const auto end = steady_clock::now() + longest;
    while (!over()) {
        const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now());
        if (left <= milliseconds(0)) return;
        loop.run_once(left);
    }
}

}  // namespace

std::optional<FeedFailure> try_feed(const platform::HttpOptions& options, const Server& server,
                                    const std::string& token, milliseconds budget) {
    platform::HttpLoop loop(options);
    bool ready = false;
    std::optional<FeedFailure> failure;
    FeedEvents events;
    events.ready = [&ready] { ready = true; };
    events.lost = [&failure](const FeedFailure& why) { failure = why; };
    Feed feed(loop, {server.base_url, std::min(server.timeout, budget)}, token, std::move(events));
    run(loop, budget, [&] { return ready || failure; });
    if (failure) return failure;
    if (!ready) return FeedFailure{FeedFailure::Kind::kUnreachable, "no answer in time"};
    feed.close();
    run(loop, kFarewell, [&loop] { return loop.running() == 0; });
    return std::nullopt;
}

}  // namespace koshelf::abs
