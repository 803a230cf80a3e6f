#include <optional>
#include <string>
#include <utility>

#include "platform/clock.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/loaded_document.h"
#include "web/admin_api/merge_answer.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

// The other document of the wish, with all that is known of it.
OrResponse<DocumentView> load_other(Services& services, const core::Username& username,
                                    const core::DocumentId& id) {
    const auto main = services.desk.merging.main_of(username, id);
    if (!main) return tl::unexpected(store_failed(services, main.error()));
    auto views =
        view_all(services.desk.records, services.desk.cache, services.settings.current(), username, {*main});
    if (!views) return tl::unexpected(store_failed(services, views.error()));
    return std::move(views->front());
}

}  // namespace

Response merge_documents(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const auto into = core::DocumentId::parse(body->root().member("into").string());
    if (!into) return field_error("into", "into must be a document of the library.");
    const DocumentSubject& subject = loaded->subject;
    const auto other = load_other(services, subject.username, *into);
    if (!other) return other.error();

    const core::EpochMillis now = platform::now_millis();
    store::MergeWish wish{.document = subject.asked, .into = *into, .into_is_linked = other->by_map};
    // The document map says nothing of the main document: what it says of this one is put down.
    if (loaded->view.by_map) {
        wish.implied_link = store::Link{.item = loaded->view.item,
                                        .text_item = std::nullopt,
                                        .how = store::LinkOrigin::kManual,
                                        .since = now / 1000};
    }
    const bool connected = services.settings.current().credential_of(subject.username) != nullptr;
    if (connected && (loaded->view.item || other->item)) wish.due = now;
    const auto book = services.desk.merging.merge(subject.username, wish);
    if (!book) return store_failed(services, book.error());

    const std::string message = name_of(loaded->view) + " and " + name_of(*other) + " are one book now";
    if (book->outcome == store::Merging::Outcome::kDone)
        note_deed(services, subject, "console.merged", message);
    return merge_answer(*book, book->main, message);
}

}  // namespace koshelf::web
