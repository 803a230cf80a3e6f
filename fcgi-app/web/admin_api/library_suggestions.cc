#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/loaded_document.h"
#include "web/admin_api/suggestion_json.h"
#include "web/admin_api/suggestion_search.h"

namespace koshelf::web {
namespace {

constexpr std::size_t kShown = 6;

}  // namespace

Response suggest_items(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto account = connection_of(services, loaded->subject.username);
    if (!account) return account.error();
    const auto found =
        SuggestionSearch(services, account->credential).find(loaded->view.record.called(), kShown);
    if (!found) return audiobookshelf_failed(found.error());
    core::JsonArray list;
    for (const Suggested& each : *found)
        list.add_json(suggestion_json(each, each.likeness.score >= core::bridge::kSure).finish());
    return page_response("suggestions", list.finish(), "");
}

}  // namespace koshelf::web
