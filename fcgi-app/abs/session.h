// Playback sessions: the kind the bridge writes, and the kind it watches.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "platform/clock.h"
#include "platform/json.h"

namespace koshelf::abs {

// A position as mobile apps report one after they were offline: the only write with a conflict rule (it
// counts if the record is not newer than updated_at), and open players follow it. The first one ever for an
// item makes the record, whatever its updated_at.
struct LocalSession {
    std::string id;  // UUID; the same for all writes of one account into one item, so that one row is kept
    std::string item;
    double current_time = 0;  // seconds from the start of the book
    double duration = 0;      // seconds, of the item; 0: left to the server
    platform::EpochMillis started_at = 0;
    platform::EpochMillis updated_at = 0;  // when it was read, by the server's clock; never in the future:
                                           // that would lock every other player out until then
    std::string device_id;                 // stable: the server keeps a row for each
    std::string device_name;
};

// The body of POST /api/session/local-all: one session without listening time, so that no statistics change.
[[nodiscard]] std::string to_json(const LocalSession& session);

enum class LocalSessionOutcome {
    kApplied,
    kNewerThere,   // the record is newer: nothing was written
    kUnknownItem,  // or not a book
    kRefused,      // for another reason
};

// The answer, as far as that session is concerned; nothing if it does not occur there.
[[nodiscard]] std::optional<LocalSessionOutcome> parse_local_session_outcome(std::string_view json,
                                                                             std::string_view id);

// A session that is open in some player right now.
struct OpenSession {
    std::string id;
    std::string user;
    std::string item;
    std::string episode;  // "" for a book
    double current_time = 0;
    platform::EpochMillis updated_at = 0;

    bool operator==(const OpenSession&) const = default;
};

// Nothing if it is no object or has no id.
[[nodiscard]] std::optional<OpenSession> parse_open_session(platform::JsonValue value);

// The answer of GET /api/sessions/open; nothing if it has another shape.
[[nodiscard]] std::optional<std::vector<OpenSession>> parse_open_sessions(std::string_view json);

}  // namespace koshelf::abs
