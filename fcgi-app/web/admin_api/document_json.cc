#include "core/json_text.h"
#include "core/number.h"
#include "platform/json.h"
#include "web/admin_api/document_view.h"

namespace koshelf::web {
namespace {

std::string text_field(const DocumentView& view, const char* name) {
    const auto found = view.record.bridge.find(name);
    return found == view.record.bridge.end() ? std::string() : found->second;
}

// A number as it is stored; nothing for other text.
void add_number(core::JsonObject& json, std::string_view name, const std::string& stored) {
    if (const auto value = core::parse_stored_number(stored); value && !stored.empty())
        json.add(name, *value);
}

std::string reading_json(const core::StoredPosition& position) {
    if (position.empty()) return "null";
    core::JsonObject json;
    if (position.percentage) json.add("percentage", *position.percentage);
    if (position.device) json.add("device", *position.device);
    if (position.timestamp) json.add("at", *position.timestamp);
    json.add("imported", position.device_id == store::kImportDeviceId);
    return json.finish();
}

std::string merged_json(const store::DocumentRecord& record) {
    core::JsonArray ids;
    for (const core::DocumentId& member : record.members) ids.add(member.str());
    return ids.finish();
}

std::string listening_json(const DocumentView& view) {
    const auto seconds = view.heard_seconds();
    if (!seconds) return "null";
    core::JsonObject json;
    json.add("seconds", *seconds);
    if (const auto fraction = view.heard_fraction()) json.add("fraction", *fraction);
    return json.finish();
}

std::string link_json(const DocumentView& view) {
    core::JsonObject json;
    json.add("state", view.item ? "linked" : view.unlinked() ? "unlinked" : "none");
    if (!view.item) return json.finish();
    json.add("item", view.item->str());
    json.add("how", view.by_map ? "document_map" : to_string(view.record.link->how));
    if (view.record.link && view.record.link->text_item)
        json.add("text_item", view.record.link->text_item->str());
    if (view.record.link) json.add("since", view.record.link->since);
    if (!view.known) return json.finish();
    json.add("title", view.known->title).add("authors", view.known->authors);
    json.add("ebook", !view.known->ebook_fingerprint.empty());
    if (view.known->duration > 0) json.add("duration", view.known->duration);
    return json.finish();
}

void add_decision(core::JsonObject& json, const DocumentView& view) {
    if (!view.item || text_field(view, "item") != view.item->str()) return;
    if (const std::string tier = text_field(view, "tier"); !tier.empty()) json.add("tier", tier);
    add_number(json, "confidence", text_field(view, "confidence"));
    if (const std::string words = text_field(view, "decision"); !words.empty()) json.add("decision", words);
    add_number(json, "decided_at", text_field(view, "decided_at"));
}

void add_delivery(core::JsonObject& json, const DocumentView& view) {
    if (view.record.due) {
        core::JsonObject waiting;
        waiting.add("due", *view.record.due);
        add_number(waiting, "attempts", text_field(view, "outbox_attempts"));
        waiting.add("reason", text_field(view, "outbox_reason"));
        json.add_json("waiting", waiting.finish());
    }
    if (!view.record.dead) return;
    // Written by the bridge; whatever else stands there is shown as text.
    const auto reason = platform::JsonDocument::parse(view.record.dead_reason);
    json.add("failed", reason && reason->root().is_object() ? reason->root().member("reason").string()
                                                            : std::string_view(view.record.dead_reason));
}

}  // namespace

std::string to_json(const DocumentView& view) {
    core::JsonObject json;
    json.add("document", view.document.str())
        .add("title", view.title())
        .add("authors", view.authors())
        .add("filename", view.record.metadata.filename.value_or(""))
        .add_json("merged", merged_json(view.record))
        .add("renamed", view.record.own_title.has_value() || view.record.own_authors.has_value())
        .add("finished", view.finished())
        .add_json("reading", reading_json(view.record.position))
        .add_json("listening", listening_json(view))
        .add_json("link", link_json(view));
    add_decision(json, view);
    add_delivery(json, view);
    return json.finish();
}

}  // namespace koshelf::web
