#include "core/json_text.h"
#include "web/device_api/device_api.h"

namespace koshelf::web {

Response healthcheck(Services& /*services*/, const Call& /*call*/) {
    return json_response(200, core::JsonObject().add("state", "OK").finish());
}

Response readiness(Services& services, const Call& /*call*/) {
    const auto pong = services.database.ask({"PING"});
    if (pong) return json_response(200, core::JsonObject().add("state", "ready").finish());
    const core::ErrorDescription error = core::describe(core::ProtocolError::kStoreUnreachable);
    return json_response(503, core::JsonObject()
                                  .add("code", error.code)
                                  .add("message", error.message)
                                  .add("reason", pong.error().detail)
                                  .finish());
}

}  // namespace koshelf::web
