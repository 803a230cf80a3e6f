#include "abs/session.h"

#include <utility>

#include "abs/json_fields.h"
#include "core/json_text.h"

namespace koshelf::abs {
namespace {

using platform::JsonValue;

constexpr int kPlayedLocally = 3;  // playMethod

std::string device_json(const LocalSession& session) {
    core::JsonObject device;
    device.add("deviceId", session.device_id).add("deviceName", session.device_name);
    device.add("clientName", "Koshelf Sync Server")
        .add("manufacturer", "Koshelf")
        .add("model", session.device_name);
    return device.finish();
}

}  // namespace

std::string to_json(const LocalSession& session) {
    const std::string device = device_json(session);
    core::JsonObject object;
    object.add("id", session.id).add("libraryItemId", session.item).add("mediaType", "book");
    object.add("playMethod", kPlayedLocally).add("mediaPlayer", "KOReader").add_json("deviceInfo", device);
    if (session.duration > 0) object.add("duration", session.duration);
    object.add("startTime", session.current_time).add("currentTime", session.current_time);
    object.add("timeListening", 0).add("startedAt", session.started_at).add("updatedAt", session.updated_at);
    const std::string sessions = "[" + object.finish() + "]";
    return core::JsonObject().add_json("deviceInfo", device).add_json("sessions", sessions).finish();
}

std::optional<LocalSessionOutcome> parse_local_session_outcome(std::string_view json, std::string_view id) {
    const auto document = parse_json(json);
    if (!document) return std::nullopt;
    const JsonValue named = document->root().member("results");
    const JsonValue results = named.is_array() ? named : document->root();
    if (!results.is_array()) return std::nullopt;
    for (JsonValue each = results.first(); each.exists(); each = each.next()) {
        if (!each.is_object() || each.member("id").string() != id) continue;
        if (!flag_field(each, "success")) {
            const bool unknown = each.member("error").string().find("not found") != std::string_view::npos;
            return unknown ? LocalSessionOutcome::kUnknownItem : LocalSessionOutcome::kRefused;
        }
        return flag_field(each, "progressSynced") ? LocalSessionOutcome::kApplied
                                                  : LocalSessionOutcome::kNewerThere;
    }
    return std::nullopt;
}

std::optional<OpenSession> parse_open_session(JsonValue value) {
    OpenSession session{text_field(value, "id"),
                        text_field(value, "userId"),
                        text_field(value, "libraryItemId"),
                        text_field(value, "episodeId"),
                        number_field(value, "currentTime").value_or(0),
                        time_field(value, "updatedAt")};
    if (session.id.empty()) return std::nullopt;
    return session;
}

std::optional<std::vector<OpenSession>> parse_open_sessions(std::string_view json) {
    const auto document = parse_json(json);
    if (!document) return std::nullopt;
    const JsonValue list = document->root().member("sessions");
    if (!list.is_array()) return std::nullopt;
    std::vector<OpenSession> sessions;
    for (JsonValue each = list.first(); each.exists(); each = each.next()) {
        if (auto session = parse_open_session(each)) sessions.push_back(std::move(*session));
    }
    return sessions;
}

}  // namespace koshelf::abs
