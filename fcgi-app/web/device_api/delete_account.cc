#include "core/json_text.h"
#include "web/caller.h"
#include "web/device_api/device_api.h"

namespace koshelf::web {

Response delete_account(Services& services, const Call& call) {
    const auto caller = identify(call.request);
    if (!caller) return refuse(services, call.request);
    const auto deletion = services.accounts.remove(caller->username, caller->credential);
    if (!deletion) return store_failed(services, deletion.error());
    switch (*deletion) {
        case store::Accounts::Deletion::kUnauthorized: return refuse(services, call.request);
        case store::Accounts::Deletion::kGone: return error_response(core::ProtocolError::kAccountNotFound);
        case store::Accounts::Deletion::kInUse:
        case store::Accounts::Deletion::kDeleted: break;
    }
    services.log.info("account.deleted").with("user", caller->username.str());
    return json_response(200, core::JsonObject().add("deleted", true).finish());
}

}  // namespace koshelf::web
