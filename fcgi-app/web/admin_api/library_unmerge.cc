#include <optional>
#include <string>

#include "platform/clock.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/loaded_document.h"
#include "web/admin_api/merge_answer.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

// ?member=, or "document" of a body, if there is one; else the document of the path.
OrResponse<core::DocumentId> leaving_document(const Request& request, const core::DocumentId& asked) {
    std::string name = parameter(request, "member");
    if (name.empty() && !request.body.empty()) {
        const auto body = parse_body(request);
        if (!body) return tl::unexpected(error_response(body.error()));
        const platform::JsonValue member = body->root().member("document");
        if (member.exists() && !member.is_string())
            return tl::unexpected(field_error("document", "document must be one of the merged ones."));
        name = member.string();
    }
    if (name.empty()) return asked;
    auto document = core::DocumentId::parse(name);
    if (!document) return tl::unexpected(field_error("document", "document must be one of the merged ones."));
    return std::move(*document);
}

}  // namespace

// With ?undo=true what they were before the merging comes back; without, each keeps the position of all.
Response unmerge_document(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const DocumentSubject& subject = loaded->subject;
    const auto leaving = leaving_document(call.request, subject.asked);
    if (!leaving) return leaving.error();
    const auto main = services.desk.merging.main_of(subject.username, *leaving);
    if (!main) return store_failed(services, main.error());
    // Only what belongs to the book that the path names.
    if (*main != subject.document) return admin_error(AdminError::kMerged, "The two are not one book.");

    std::optional<core::EpochMillis> due;
    if (services.settings.current().credential_of(subject.username) != nullptr) due = platform::now_millis();
    const bool undo = parameter(call.request, "undo") == "true";
    store::Merging& merging = services.desk.merging;
    const auto book = undo ? merging.undo(subject.username, *leaving, due, loaded->view.item.has_value(),
                                          platform::now_millis() / 1000)
                           : merging.unmerge(subject.username, *leaving, due);
    if (!book) return store_failed(services, book.error());
    const std::string message =
        undo ? "Both books are what they were before" : leaving->str() + " is a book of its own again";
    if (book->outcome == store::Merging::Outcome::kDone)
        note_deed(services, subject, "console.unmerged", name_of(loaded->view) + ": " + message);
    return merge_answer(*book, leaving->str(), message);
}

}  // namespace koshelf::web
