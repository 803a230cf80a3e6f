// LoadedDocument: the document that a route's path names, with all that is known of it.
#pragma once

#include "relay/subject.h"
#include "web/admin_api/document_view.h"
#include "web/admin_api/session.h"

namespace koshelf::web {

struct LoadedDocument {
    DocumentSubject subject;
    DocumentView view;
};

// 401, 403, or 404 if the account has neither a position nor a link of it.
[[nodiscard]] OrResponse<LoadedDocument> load_document(Services& services, const Call& call);

// The document and the item that it is linked to; kNotLinked if there is none.
[[nodiscard]] OrResponse<relay::Subject> linked_subject(const LoadedDocument& loaded);

// Notes in the activity log what somebody did in the console; of an administrator also who.
void note_deed(Services& services, const DocumentSubject& subject, std::string_view event,
               std::string sentence);

// What people call the document.
[[nodiscard]] std::string name_of(const DocumentView& view);

}  // namespace koshelf::web
