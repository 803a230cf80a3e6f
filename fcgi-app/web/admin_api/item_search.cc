#include "web/admin_api/item_search.h"

#include <utility>

#include "web/admin_api/desk.h"

namespace koshelf::web {
namespace {

// Of a server with more, the first: each is a request.
constexpr std::size_t kLibraries = 8;

}  // namespace

tl::expected<std::vector<abs::ItemSummary>, abs::AbsError> find_items(Services& services,
                                                                      const abs::Credential& credential,
                                                                      const std::string& text,
                                                                      const std::string& library) {
    const abs::Server& server = services.settings.current().server;
    std::vector<std::string> ids;
    if (library.empty()) {
        const auto libraries = abs::perform(services.desk.http, abs::list_libraries(server, credential));
        if (!libraries) return tl::unexpected(libraries.error());
        for (const abs::Library& each : libraries->value) {
            if (!each.podcasts && ids.size() < kLibraries) ids.push_back(each.id);
        }
    } else {
        ids.push_back(library);
    }
    std::vector<abs::ItemSummary> found;
    for (const std::string& id : ids) {
        auto items = abs::perform(services.desk.http, abs::search(server, credential, id, text));
        if (!items) return tl::unexpected(items.error());
        for (abs::ItemSummary& item : items->value) {
            if (!item.podcast && !item.missing) found.push_back(std::move(item));
        }
    }
    return found;
}

}  // namespace koshelf::web
