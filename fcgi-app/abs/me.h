// Me: the user that a credential belongs to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "abs/media_progress.h"
#include "platform/json.h"

namespace koshelf::abs {

struct Me {
    std::string id;
    std::string username;
    std::string type;                     // "root", "admin", "user", "guest"
    std::string token;                    // opens a feed; "" where the server does not give it. A secret.
    std::vector<MediaProgress> progress;  // all records of the user

    // May ask for everybody's sessions.
    [[nodiscard]] bool is_admin() const { return type == "root" || type == "admin"; }
};

// The user object of GET /api/me, of a login's `user` and of the event user_updated. Nothing if it has no id
// or no list of records.
[[nodiscard]] std::optional<Me> parse_me(platform::JsonValue value);

}  // namespace koshelf::abs
