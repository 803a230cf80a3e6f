// Feed: one user's live events, by Socket.IO over long polling.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "abs/me.h"
#include "abs/media_progress.h"
#include "abs/server.h"
#include "platform/http_loop.h"

namespace koshelf::abs {

struct FeedFailure {
    enum class Kind {
        kRefused,      // the token is not (or no longer) accepted: no use trying it again
        kUnreachable,  // no connection, no answer in time, or the server is not up (5xx)
        kClosed,       // the server ended the session or does not know it any more
        kProtocol,     // no Socket.IO there, or something that is none
    };
    Kind kind = Kind::kUnreachable;
    std::string detail;  // a phrase without secrets
};

// "refused", "unreachable", "closed", "protocol".
[[nodiscard]] std::string_view to_string(FeedFailure::Kind kind);

// Called from HttpLoop::run_once(); they may close or destroy the feed. Those that are not set are not
// called.
struct FeedEvents {
    // The token is accepted; what happens from now on comes as events. What happened before is to be read.
    std::function<void()> ready;
    // A player moved, or a session was synced (also our own). `session`: its id, "" if not said.
    std::function<void(const MediaProgress& record, const std::string& session)> progress;
    // Something about the user changed: the whole user as it now is. Only the feed's own user's are passed
    // on.
    std::function<void(const Me& me)> user;
    std::function<void(const std::string& session)> session_closed;
    // An item that the user may see was changed. Not every change moves the item's own time: other chapters,
    // for instance, do not.
    std::function<void(const std::string& item)> item_changed;
    // A poll came back, with events or without: at least every 25 s.
    std::function<void()> alive;
    // It is over, once; nothing is called after it.
    std::function<void(const FeedFailure& failure)> lost;
};

// Opens at once. Needs one connection, while closing two. Never reconnects: on `lost` the owner waits and
// makes a new one, then reads what it may have missed, since nothing is replayed.
class Feed {
  public:
    // `token`: a legacy or access token; API keys are not accepted by the server. The loop outlives the feed.
    Feed(platform::HttpLoop& loop, const Server& server, std::string token, FeedEvents events);
    // Drops the connection; the server notices by itself.
    ~Feed();
    Feed(Feed&&) noexcept;
    Feed& operator=(Feed&&) noexcept;
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    // Tells the server that it is over, in the background; no event is called any more. The feed may be
    // destroyed at once, the loop should run on for a moment.
    void close();

  private:
    class Session;
    std::shared_ptr<Session> session_;  // the loop has another one while a close is on its way
    bool closing_ = false;
};

}  // namespace koshelf::abs
