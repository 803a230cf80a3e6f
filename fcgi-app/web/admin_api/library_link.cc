#include <optional>
#include <utility>

#include "core/json_text.h"
#include "platform/clock.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/loaded_document.h"
#include "web/admin_api/visible_item.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

struct Wish {
    core::LibraryItemId item;
    std::optional<core::LibraryItemId> text_item;
    store::LinkOrigin how = store::LinkOrigin::kManual;
};

OrResponse<Wish> read_wish(platform::JsonValue body) {
    auto item = core::LibraryItemId::parse(body.member("libraryItemId").string());
    if (!item)
        return tl::unexpected(field_error("libraryItemId", "libraryItemId must be that of a library item."));
    Wish wish{.item = std::move(*item), .text_item = std::nullopt};
    const platform::JsonValue text = body.member("textItemId");
    if (text.exists() && !text.is_null()) {
        wish.text_item = core::LibraryItemId::parse(text.string());
        if (!wish.text_item)
            return tl::unexpected(field_error("textItemId", "textItemId must be that of a library item."));
    }
    if (body.member("how").string() == "suggestion") wish.how = store::LinkOrigin::kSuggestion;
    return wish;
}

// The title of an item that the account may see.
OrResponse<std::string> title_of(Services& services, const abs::Account& account,
                                 const core::LibraryItemId& id) {
    auto item = visible_item(services, account, id);
    if (!item) return tl::unexpected(std::move(item.error()));
    if (item->podcast)
        return tl::unexpected(admin_error(AdminError::kNoItem, "A podcast cannot be linked to a book."));
    return std::move(item->title);
}

}  // namespace

Response link_document(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const auto wish = read_wish(body->root());
    if (!wish) return wish.error();
    const DocumentSubject& subject = loaded->subject;
    const auto account = connection_of(services, subject.username);
    if (!account) return account.error();
    const auto title = title_of(services, *account, wish->item);
    if (!title) return title.error();
    if (wish->text_item) {
        if (const auto text = title_of(services, *account, *wish->text_item); !text) return text.error();
    }
    const core::EpochMillis now = platform::now_millis();
    const store::Link link{
        .item = wish->item, .text_item = wish->text_item, .how = wish->how, .since = now / 1000};
    const auto change = services.desk.links.set(subject.username, subject.document, link, now);
    if (!change) return store_failed(services, change.error());
    if (*change == store::Links::Change::kNoAccount) return admin_error(AdminError::kNoAccount);
    // So that its name is known by the time the list is shown again, and its text is read at once.
    if (const auto asked = services.desk.cache.want(wish->item, now); !asked)
        return store_failed(services, asked.error());
    note_deed(services, subject, "console.linked",
              name_of(loaded->view) + " linked to " + (title->empty() ? wish->item.str() : *title));
    return json_response(
        200,
        core::JsonObject().add("linked", true).add("item", wish->item.str()).add("title", *title).finish());
}

}  // namespace koshelf::web
