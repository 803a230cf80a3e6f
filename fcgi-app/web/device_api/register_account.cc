#include "core/json_text.h"
#include "core/utf8.h"
#include "web/caller.h"
#include "web/device_api/device_api.h"

namespace koshelf::web {

Response register_account(Services& services, const Call& call) {
    if (!services.config.user_registration) return error_response(core::ProtocolError::kRegistrationDisabled);
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    // The password is already the MD5 that the device made; text that is not UTF-8 cannot be told apart from
    // text that was mangled on its way here.
    const std::string_view password = body->root().member("password").string();
    const auto username = core::Username::parse(body->root().member("username").string());
    const auto credential = core::Credential::parse(password);
    if (!username || !credential || !core::is_utf8(password)) {
        return error_response(core::ProtocolError::kInvalidRequest);
    }
    const auto created = services.accounts.create(*username, *credential, call.request.now);
    if (!created) return store_failed(services, created.error());
    if (!*created) return error_response(core::ProtocolError::kUsernameTaken);
    services.log.info("account.created")
        .with("user", username->str())
        .with("from", call.request.remote_address);
    return json_response(201, core::JsonObject().add("username", username->str()).finish());
}

}  // namespace koshelf::web
