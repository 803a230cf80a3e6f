#include "abs/calls.h"
#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/session.h"

namespace koshelf::web {

Response list_libraries(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return session.error();
    const auto username = subject_account(services, *session, call.request);
    if (!username) return username.error();
    const auto account = connection_of(services, *username);
    if (!account) return account.error();
    const auto libraries = abs::perform(
        services.desk.http, abs::list_libraries(services.settings.current().server, account->credential));
    if (!libraries) return audiobookshelf_failed(libraries.error());
    core::JsonArray list;
    for (const abs::Library& library : libraries->value) {
        if (library.podcasts) continue;
        list.add_json(core::JsonObject().add("id", library.id).add("name", library.name).finish());
    }
    return page_response("libraries", list.finish(), "");
}

}  // namespace koshelf::web
