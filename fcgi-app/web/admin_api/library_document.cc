#include <algorithm>

#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/device_places.h"
#include "web/admin_api/loaded_document.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

// So many positions tell which devices there are; more are hardly ever kept.
constexpr std::size_t kLookedAt = 1000;

std::string entry_json(const store::HistoryEntry& entry) {
    core::JsonObject json;
    json.add("id", entry.id).add("document", entry.document);
    if (entry.percentage) json.add("percentage", *entry.percentage);
    return json.add("progress", entry.progress)
        .add("device", entry.device)
        .add("at", entry.timestamp)
        .add("source", entry.source)
        .add("state", entry.current ? "current" : "stale")
        .finish();
}

}  // namespace

Response show_document(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const core::DocumentId& document = loaded->subject.document;
    const auto entries = services.desk.records.history(loaded->subject.username, document, kLookedAt);
    if (!entries) return store_failed(services, entries.error());
    core::JsonArray history;
    const std::size_t shown = std::min(entries->size(), limit_of(call.request));
    for (std::size_t i = 1; i <= shown; ++i) history.add_json(entry_json((*entries)[entries->size() - i]));
    core::JsonObject bridge;
    for (const auto& [name, value] : loaded->view.record.bridge) bridge.add(name, value);
    const core::StoredPosition& position = loaded->view.record.position;
    core::JsonObject json;
    json.add_json("document", to_json(loaded->view))
        .add("progress", position.progress.value_or(""))
        .add_json("devices", to_json(device_places(*entries, position)))
        .add_json("history", history.finish())
        .add_json("bridge", bridge.finish());
    return json_response(200, json.finish());
}

}  // namespace koshelf::web
