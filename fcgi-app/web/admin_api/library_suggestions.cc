#include <algorithm>
#include <utility>

#include "core/bridge/suggestion.h"
#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/item_json.h"
#include "web/admin_api/item_search.h"
#include "web/admin_api/loaded_document.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

constexpr std::size_t kShown = 6;
constexpr double kSure = 0.8;

// What to look for: the title as far as a subtitle, or a file's name without its ending and its author.
std::string search_text(const store::DocumentRecord& record) {
    std::string text = record.metadata.title.value_or("");
    if (text.empty()) {
        text = record.metadata.filename.value_or("");
        text = text.substr(text.find_last_of('/') + 1);
        if (const std::size_t dot = text.rfind('.'); dot != std::string::npos && dot > 0) text.resize(dot);
        if (const std::size_t dash = text.rfind(" - "); dash != std::string::npos)
            text = text.substr(dash + 3);
    }
    text.resize(std::min(text.size(), text.find_first_of(":(;[")));
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text.size() > 200 ? std::string() : text;
}

std::string suggestion_json(const abs::ItemSummary& item, const core::bridge::Likeness& likeness) {
    core::JsonArray reasons;
    for (const std::string& reason : likeness.reasons) reasons.add(reason);
    return core::JsonObject()
        .add_json("item", item_json(item))
        .add("score", likeness.score)
        .add("sure", likeness.score >= kSure)
        .add_json("reasons", reasons.finish())
        .finish();
}

}  // namespace

Response suggest_items(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto account = connection_of(services, loaded->subject.username);
    if (!account) return account.error();
    const store::DocumentRecord& record = loaded->view.record;
    const std::string text = search_text(record);
    core::JsonArray list;
    if (text.empty()) return page_response("suggestions", list.finish(), "");
    const auto items = find_items(services, account->credential, text);
    if (!items) return audiobookshelf_failed(items.error());
    std::vector<core::bridge::ItemName> names;
    for (const abs::ItemSummary& item : *items)
        names.push_back({.title = item.title, .authors = item.authors});
    const core::bridge::DocumentName name{.title = record.metadata.title.value_or(""),
                                          .authors = record.metadata.authors.value_or(""),
                                          .filename = record.metadata.filename.value_or("")};
    for (const auto& suggestion : core::bridge::suggest(name, names, kShown))
        list.add_json(suggestion_json((*items)[suggestion.item], suggestion.likeness));
    return page_response("suggestions", list.finish(), "");
}

}  // namespace koshelf::web
