#include "web/admin_api/item_search.h"

#include <utility>

#include "web/admin_api/desk.h"

namespace koshelf::web {
namespace {

// Each is a request.
constexpr std::size_t kLibraries = 8;

}  // namespace

tl::expected<std::vector<std::string>, abs::AbsError> book_libraries(Services& services,
                                                                     const abs::Credential& credential) {
    const auto libraries =
        abs::perform(services.desk.http, abs::list_libraries(services.settings.current().server, credential));
    if (!libraries) return tl::unexpected(libraries.error());
    std::vector<std::string> ids;
    for (const abs::Library& each : libraries->value) {
        if (!each.podcasts && ids.size() < kLibraries) ids.push_back(each.id);
    }
    return ids;
}

tl::expected<std::vector<abs::ItemSummary>, abs::AbsError> find_items(
    Services& services, const abs::Credential& credential, const std::string& text,
    const std::vector<std::string>& libraries) {
    std::vector<abs::ItemSummary> found;
    for (const std::string& id : libraries) {
        auto items = abs::perform(services.desk.http,
                                  abs::search(services.settings.current().server, credential, id, text));
        if (!items) return tl::unexpected(items.error());
        for (abs::ItemSummary& item : items->value) {
            if (!item.podcast && !item.missing) found.push_back(std::move(item));
        }
    }
    return found;
}

}  // namespace koshelf::web
