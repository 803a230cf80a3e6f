#include <vector>

#include "core/json_text.h"
#include "platform/clock.h"
#include "store/census.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/restoring.h"
#include "web/admin_api/session.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

constexpr std::size_t kAccountsSearched = 10'000;

OrResponse<std::vector<core::Username>> accounts_of(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return tl::unexpected(session.error());
    if (parameter(call.request, "all") == "true") {
        if (!session->admin) return tl::unexpected(admin_error(AdminError::kNotForYou));
        auto tally = store::Census(services.database).tally(kAccountsSearched);
        if (!tally) return tl::unexpected(store_failed(services, tally.error()));
        return std::move(tally->with_dead_letters);
    }
    auto username = subject_account(services, *session, call.request);
    if (!username) return tl::unexpected(std::move(username.error()));
    return std::vector<core::Username>{std::move(*username)};
}

std::string message_of(int revived, bool running) {
    if (revived == 0) return "Nothing had been given up.";
    const std::string what = revived == 1 ? "One position" : std::to_string(revived) + " positions";
    return what + (running ? " on the way to Audiobookshelf again."
                           : " waiting for the bridge, which is not running.");
}

}  // namespace

// What was given up is tried again: the caller's own, or with ?all=true everybody's.
Response retry_outbox(Services& services, const Call& call) {
    const auto accounts = accounts_of(services, call);
    if (!accounts) return accounts.error();
    const core::EpochMillis now = platform::now_millis();
    int revived = 0;
    for (const core::Username& username : *accounts) {
        const auto count = services.outbox.revive_all(username, now);
        if (!count) return store_failed(services, count.error());
        revived += *count;
    }
    const bool running = bridge_is_running(services);
    return json_response(200, core::JsonObject()
                                  .add("revived", revived)
                                  .add("bridge", running)
                                  .add("message", message_of(revived, running))
                                  .finish());
}

}  // namespace koshelf::web
