#include "web/admin_api/restoring.h"

#include "platform/clock.h"
#include "store/leases.h"
#include "web/admin_api/desk.h"
#include "web/caller.h"

namespace koshelf::web {

std::optional<Response> make_newest(Services& services, const LoadedDocument& loaded, double percentage,
                                    const std::string& progress) {
    const core::Username& username = loaded.subject.username;
    const bool connected = services.settings.current().credential_of(username) != nullptr;
    const auto restored = services.desk.records.restore(username, {.document = loaded.subject.document,
                                                                   .percentage = percentage,
                                                                   .progress = progress,
                                                                   .now = platform::now_millis(),
                                                                   .deliver = connected && loaded.view.item});
    if (!restored) return store_failed(services, restored.error());
    if (!*restored) return admin_error(AdminError::kNoAccount);
    return std::nullopt;
}

bool bridge_is_running(Services& services) {
    const auto holder = store::Leases(services.database).holder(store::kSyncLease);
    return holder && holder->has_value();
}

}  // namespace koshelf::web
