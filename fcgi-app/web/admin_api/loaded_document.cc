#include "web/admin_api/loaded_document.h"

#include <utility>

#include "platform/clock.h"
#include "web/admin_api/desk.h"
#include "web/caller.h"

namespace koshelf::web {

OrResponse<LoadedDocument> load_document(Services& services, const Call& call) {
    auto subject = open_document(services, call);
    if (!subject) return tl::unexpected(std::move(subject.error()));
    const abs::Settings settings = services.settings.current();
    auto views = view_all(services.desk.records, services.desk.cache, settings, subject->username,
                          {subject->document});
    if (!views) return tl::unexpected(store_failed(services, views.error()));
    DocumentView& view = views->front();
    if (view.record.position.empty() && !view.record.link)
        return tl::unexpected(admin_error(AdminError::kNoDocument));
    return LoadedDocument{.subject = std::move(*subject), .view = std::move(view)};
}

OrResponse<relay::Subject> linked_subject(const LoadedDocument& loaded) {
    const DocumentView& view = loaded.view;
    if (!view.item) return tl::unexpected(admin_error(AdminError::kNotLinked));
    const auto text = view.record.link ? view.record.link->text_item : std::nullopt;
    return relay::Subject{.username = loaded.subject.username,
                          .document = loaded.subject.document,
                          .item = *view.item,
                          .text_item = text.value_or(*view.item)};
}

void note_deed(Services& services, const DocumentSubject& subject, std::string_view event,
               std::string sentence) {
    if (subject.caller != subject.username) sentence += ", by " + subject.caller.str();
    services.desk.activity.note({.at = platform::now_millis(),
                                 .username = subject.username.str(),
                                 .document = subject.document.str(),
                                 .event = std::string(event),
                                 .sentence = std::move(sentence)});
}

std::string name_of(const DocumentView& view) {
    const std::string title = view.title();
    if (!title.empty()) return title;
    return view.record.metadata.filename.value_or(view.document.str());
}

}  // namespace koshelf::web
