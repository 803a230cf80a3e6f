#include <utility>

#include "core/json_text.h"
#include "core/utf8.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/item_json.h"
#include "web/admin_api/item_search.h"
#include "web/admin_api/session.h"

namespace koshelf::web {
namespace {

constexpr std::size_t kLongestText = 200;

}  // namespace

Response search_items(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return session.error();
    const auto username = subject_account(services, *session, call.request);
    if (!username) return username.error();
    const std::string text = parameter(call.request, "q");
    if (text.empty() || text.size() > kLongestText || !core::is_utf8(text))
        return field_error("q", "Say what to look for, in up to 200 letters.");
    const auto account = connection_of(services, *username);
    if (!account) return account.error();
    std::vector<std::string> libraries = {parameter(call.request, "library")};
    if (libraries.front().empty()) {
        auto all = book_libraries(services, account->credential);
        if (!all) return audiobookshelf_failed(all.error());
        libraries = std::move(*all);
    }
    const auto items = find_items(services, account->credential, text, libraries);
    if (!items) return audiobookshelf_failed(items.error());
    core::JsonArray list;
    for (const abs::ItemSummary& item : *items) list.add_json(item_json(item));
    return page_response("items", list.finish(), "");
}

}  // namespace koshelf::web
