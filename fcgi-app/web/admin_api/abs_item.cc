#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/session.h"
#include "web/admin_api/visible_item.h"

namespace koshelf::web {

Response show_item(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return session.error();
    const auto username = subject_account(services, *session, call.request);
    if (!username) return username.error();
    const auto id = core::LibraryItemId::parse(call.named);
    if (!id) return admin_error(AdminError::kNoItem);
    const auto account = connection_of(services, *username);
    if (!account) return account.error();
    const auto item = visible_item(services, *account, *id);
    if (!item) return item.error();
    const abs::Item& found = *item;
    core::JsonObject json;
    json.add("id", found.id)
        .add("title", found.title)
        .add("authors", found.authors)
        .add("library", found.library)
        .add("podcast", found.podcast)
        .add("missing", found.missing)
        .add("duration", found.duration)
        .add("chapters", static_cast<std::int64_t>(found.audio.chapters.size()));
    if (found.ebook) json.add("ebook", found.ebook->format).add("filename", found.ebook->filename);
    return json_response(200, json.finish());
}

}  // namespace koshelf::web
