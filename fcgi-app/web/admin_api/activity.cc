#include <optional>
#include <utility>
#include <vector>

#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/session.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

constexpr int kStep = 500;  // entries looked at in one go
constexpr int kSteps = 24;  // more than the log keeps

struct Filter {
    std::optional<std::string> username;  // nothing: everybody's
    std::string document;
    std::string event;  // its beginning

    [[nodiscard]] bool passes(const store::ActivityEntry& entry) const {
        return (!username || entry.username == *username) &&
               (document.empty() || entry.document == document) && entry.event.starts_with(event);
    }
};

std::string entry_json(const store::ActivityEntry& entry) {
    return core::JsonObject()
        .add("id", entry.id)
        .add("at", entry.at)
        .add("user", entry.username)
        .add("document", entry.document)
        .add("event", entry.event)
        .add("sentence", entry.sentence)
        .finish();
}

// What was found, where the next page goes on, and the newest entry that was looked at.
struct Found {
    core::JsonArray entries;
    std::string next;
    std::string last;
};

Response answer(Found& found) {
    core::JsonObject json;
    json.add_json("entries", found.entries.finish());
    if (found.next.empty()) {
        json.add_json("next", "null");
    } else {
        json.add("next", found.next);
    }
    return json_response(200, json.add("last", found.last.empty() ? "0" : found.last).finish());
}

store::StoreResult<Found> read_back(store::Activity& activity, const Filter& filter, std::string cursor,
                                    std::size_t limit) {
    Found found;
    std::size_t count = 0;
    for (int step = 0; step < kSteps; ++step) {
        const auto entries = cursor.empty() ? activity.latest(kStep) : activity.before(cursor, kStep);
        if (!entries) return tl::unexpected(entries.error());
        if (found.last.empty() && !entries->empty()) found.last = entries->front().id;
        for (const store::ActivityEntry& entry : *entries) {
            if (!filter.passes(entry)) continue;
            if (count++ == limit) {
                found.next = cursor;
                return found;
            }
            found.entries.add_json(entry_json(entry));
            cursor = entry.id;
        }
        if (entries->size() < static_cast<std::size_t>(kStep)) break;
        cursor = entries->back().id;
    }
    return found;
}

store::StoreResult<Found> read_on(store::Activity& activity, const Filter& filter, const std::string& after,
                                  std::size_t limit) {
    Found found{.entries = {}, .next = {}, .last = after};
    std::size_t count = 0;
    for (int step = 0; step < kSteps; ++step) {
        const auto entries = activity.after(found.last, kStep);
        if (!entries) return tl::unexpected(entries.error());
        for (const store::ActivityEntry& entry : *entries) {
            found.last = entry.id;
            if (!filter.passes(entry)) continue;
            found.entries.add_json(entry_json(entry));
            if (++count == limit) return found;
        }
        if (entries->size() < static_cast<std::size_t>(kStep)) break;
    }
    return found;
}

}  // namespace

Response list_activity(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return session.error();
    const std::string user = parameter(call.request, "user");
    if (!session->admin && !user.empty() && user != session->username.str())
        return admin_error(AdminError::kNotForYou);
    Filter filter{.username = std::nullopt,
                  .document = parameter(call.request, "document"),
                  .event = parameter(call.request, "event")};
    if (!user.empty()) filter.username = user;
    if (!session->admin) filter.username = session->username.str();
    const std::size_t limit = limit_of(call.request);
    const std::string after = parameter(call.request, "after");
    auto found = after.empty()
                     ? read_back(services.desk.activity, filter, parameter(call.request, "cursor"), limit)
                     : read_on(services.desk.activity, filter, after, limit);
    if (!found) return store_failed(services, found.error());
    return answer(*found);
}

}  // namespace koshelf::web
