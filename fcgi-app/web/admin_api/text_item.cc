#include <optional>
#include <utility>

#include "core/json_text.h"
#include "platform/clock.h"
#include "relay/cached_item.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/loaded_document.h"
#include "web/admin_api/visible_item.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

// Nothing for null: the item's own e-book.
OrResponse<std::optional<core::LibraryItemId>> read_choice(platform::JsonValue body) {
    const platform::JsonValue value = body.member("textItemId");
    if (value.is_null()) return std::nullopt;
    auto item = core::LibraryItemId::parse(value.string());
    if (!item) {
        return tl::unexpected(
            field_error("textItemId", "textItemId must be that of a library item, or null."));
    }
    return std::optional(std::move(*item));
}

// The title of an item that the account may see, and that has an EPUB.
OrResponse<std::string> title_of_text(Services& services, const core::Username& username,
                                      const core::LibraryItemId& id) {
    const auto account = connection_of(services, username);
    if (!account) return tl::unexpected(account.error());
    const auto item = visible_item(services, *account, id);
    if (!item) return tl::unexpected(item.error());
    const abs::EbookFile* file = relay::text_file(*item);
    if (item->podcast || file == nullptr || file->format != "epub")
        return tl::unexpected(field_error("textItemId", "That book has no EPUB that could give the text."));
    return item->title;
}

}  // namespace

// Whose EPUB gives the text of a linked document.
Response choose_text_item(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto linked = linked_subject(*loaded);
    if (!linked) return linked.error();
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const auto choice = read_choice(body->root());
    if (!choice) return choice.error();
    std::string title;
    if (*choice) {
        auto found = title_of_text(services, loaded->subject.username, **choice);
        if (!found) return found.error();
        title = std::move(*found);
    }
    const core::EpochMillis now = platform::now_millis();
    const std::optional<store::Link>& old = loaded->view.record.link;
    // A link of the document map becomes the account's own.
    store::Link link = old.value_or(store::Link{.item = linked->item,
                                                .text_item = std::nullopt,
                                                .how = store::LinkOrigin::kManual,
                                                .since = now / 1000});
    link.text_item = *choice && **choice != linked->item ? *choice : std::nullopt;
    const auto change =
        services.desk.links.replace(loaded->subject.username, loaded->subject.document, old, link, now);
    if (!change) return store_failed(services, change.error());
    if (*change == store::Links::Change::kNoAccount) return admin_error(AdminError::kNoAccount);
    if (*change == store::Links::Change::kKept) return admin_error(AdminError::kLinkChanged);
    const core::LibraryItemId text_item = link.text_item.value_or(linked->item);
    if (const auto asked = services.desk.cache.want(text_item, now); !asked)
        return store_failed(services, asked.error());
    note_deed(services, loaded->subject, "console.text_chosen",
              name_of(loaded->view) + (link.text_item ? ": the text comes from " + title
                                                      : ": the text comes from the book itself"));
    return json_response(200, core::JsonObject()
                                  .add("item", linked->item.str())
                                  .add("text_item", text_item.str())
                                  .add("title", title)
                                  .finish());
}

}  // namespace koshelf::web
