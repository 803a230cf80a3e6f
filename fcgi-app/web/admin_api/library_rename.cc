#include <utility>

#include "core/ascii.h"
#include "core/utf8.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/loaded_document.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

constexpr std::size_t kLongestName = 1000;  // bytes

// Nothing if the body does not speak of it.
OrResponse<std::optional<std::string>> name_field(platform::JsonValue body, std::string_view field) {
    const platform::JsonValue value = body.member(field);
    if (!value.exists()) return std::nullopt;
    if (value.is_null()) return std::string();
    const std::string_view text = value.string();
    if (!value.is_string() || text.size() > kLongestName || !core::is_utf8(text)) {
        return tl::unexpected(field_error(field, std::string(field) + " must be a text of up to " +
                                                     std::to_string(kLongestName) + " bytes, or null."));
    }
    return std::string(core::trimmed(text));
}

}  // namespace

Response rename_document(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    auto title = name_field(body->root(), "title");
    if (!title) return title.error();
    auto authors = name_field(body->root(), "authors");
    if (!authors) return authors.error();
    if (!*title && !*authors) return field_error("title", "Say what it is called: title, authors, or both.");

    const DocumentSubject& subject = loaded->subject;
    const auto renamed = services.desk.shelf.rename(
        subject.username, subject.document, {.title = std::move(*title), .authors = std::move(*authors)});
    if (!renamed) return store_failed(services, renamed.error());
    if (!*renamed) return admin_error(AdminError::kNoDocument);
    const auto now = load_document(services, call);
    if (!now) return now.error();
    const std::string before = name_of(loaded->view);
    const std::string after = name_of(now->view);
    if (before != after) note_deed(services, subject, "console.renamed", before + " renamed to " + after);
    return json_response(200, to_json(now->view));
}

}  // namespace koshelf::web
