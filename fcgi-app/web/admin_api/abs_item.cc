#include "abs/calls.h"
#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/session.h"

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
    const auto item = abs::perform(services.desk.http, abs::get_item(services.settings.current().server,
                                                                     account->credential, id->str()));
    if (!item) {
        const bool none = item.error().kind == abs::AbsErrorKind::kNotFound ||
                          item.error().kind == abs::AbsErrorKind::kForbidden;
        return none ? admin_error(AdminError::kNoItem) : audiobookshelf_failed(item.error());
    }
    const abs::Item& found = item->value;
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
