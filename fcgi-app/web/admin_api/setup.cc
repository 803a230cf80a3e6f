#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/caller.h"

namespace koshelf::web {

Response setup(Services& services, const Call& /*call*/) {
    const auto start = services.desk.roles.start();
    if (!start) return store_failed(services, start.error());
    return json_response(200, core::JsonObject()
                                  .add("server", "koshelf-sync")
                                  .add("first_run", *start == store::Roles::Start::kFresh)
                                  .add("indexing", *start == store::Roles::Start::kNotIndexed)
                                  .add("registration", services.config.user_registration)
                                  .finish());
}

}  // namespace koshelf::web
