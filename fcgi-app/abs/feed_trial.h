// FeedTrial: whether a live connection can be opened, found out by opening one.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "abs/feed.h"
#include "abs/server.h"
#include "platform/http.h"

namespace koshelf::abs {

// Opens a feed, has the token accepted, and closes it again. Nothing if that is done within `budget`; else
// why not. Waits for it, and up to half a second more for the server to hear that it is over.
[[nodiscard]] std::optional<FeedFailure> try_feed(const platform::HttpOptions& options, const Server& server,
                                                  const std::string& token, std::chrono::milliseconds budget);

}  // namespace koshelf::abs
