#include <utility>

#include "core/json_text.h"
#include "store/reindex.h"
#include "web/admin_api/admin_api.h"
#include "web/caller.h"
#include "web/version.h"

namespace koshelf::web {

Response admin_status(Services& services, const Call& call) {
    const auto caller = identify(call.request);
    if (!caller) return refuse(services, call.request);
    if (auto denial = deny(services, call.request, *caller)) return std::move(*denial);
    const auto unindexed = store::needs_reindex(services.database);
    if (!unindexed) return store_failed(services, unindexed.error());
    return json_response(200, core::JsonObject()
                                  .add("server", "koshelf-sync")
                                  .add("version", kVersion)
                                  .add("indexed", !*unindexed)
                                  .finish());
}

}  // namespace koshelf::web
