#include "core/json_text.h"
#include "core/utf8.h"
#include "web/caller.h"
#include "web/device_api/device_api.h"

namespace koshelf::web {

Response change_password(Services& services, const Call& call) {
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const auto caller = identify(call.request);
    if (!caller) return refuse(services, call.request);
    const std::string_view password = body->root().member("password").string();
    const auto credential = core::Credential::parse(password);
    if (!credential || !core::is_utf8(password)) {
        return reject_fields(services, call.request, *caller, core::ProtocolError::kInvalidRequest);
    }
    const auto changed =
        services.accounts.change_credential(caller->username, caller->credential, *credential);
    if (!changed) return store_failed(services, changed.error());
    if (!*changed) return refuse(services, call.request);
    services.log.info("account.password_changed").with("user", caller->username.str());
    return json_response(200, core::JsonObject().add("updated", true).finish());
}

}  // namespace koshelf::web
