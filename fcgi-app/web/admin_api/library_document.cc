#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/loaded_document.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

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
    const auto count = static_cast<int>(limit_of(call.request));
    const auto entries =
        services.desk.records.history(loaded->subject.username, loaded->subject.document, count);
    if (!entries) return store_failed(services, entries.error());
    core::JsonArray history;
    // NOLINTNEXTLINE(modernize-loop-convert): clang 14 cannot compile std::views::reverse
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry)
        history.add_json(entry_json(*entry));
    core::JsonObject bridge;
    for (const auto& [name, value] : loaded->view.record.bridge) bridge.add(name, value);
    core::JsonObject json;
    json.add_json("document", to_json(loaded->view))
        .add("progress", loaded->view.record.position.progress.value_or(""))
        .add_json("history", history.finish())
        .add_json("bridge", bridge.finish());
    return json_response(200, json.finish());
}

}  // namespace koshelf::web
