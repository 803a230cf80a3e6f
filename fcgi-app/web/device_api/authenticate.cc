#include <utility>

#include "core/json_text.h"
#include "web/caller.h"
#include "web/device_api/device_api.h"

namespace koshelf::web {

Response authenticate(Services& services, const Call& call) {
    const auto caller = identify(call.request);
    if (!caller) return refuse(services, call.request);
    if (auto denial = deny(services, call.request, *caller)) return std::move(*denial);
    services.accounts.touch(caller->username, call.request.now);
    return json_response(200, core::JsonObject().add("authorized", "OK").finish());
}

}  // namespace koshelf::web
