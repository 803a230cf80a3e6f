#include "web/admin_api/merge_answer.h"

#include "core/json_text.h"

namespace koshelf::web {

Response merge_answer(const store::Merging::Book& book, std::string_view document, std::string_view message) {
    using Outcome = store::Merging::Outcome;
    switch (book.outcome) {
        case Outcome::kSame: return admin_error(AdminError::kMerged);
        case Outcome::kElsewhere:
            return admin_error(AdminError::kMerged,
                               "The document is merged with another book already: unmerge it first.");
        case Outcome::kTooMany:
            return admin_error(AdminError::kMerged, "No more than 16 documents can be one book.");
        case Outcome::kNotMerged:
            return admin_error(AdminError::kMerged, "The document is not merged into another one.");
        case Outcome::kTooLate:
            return admin_error(AdminError::kMerged,
                               "It is too late to undo this: more than an hour has gone by, or too much has "
                               "happened since. Unmerge it instead.");
        case Outcome::kMissing: return admin_error(AdminError::kNoDocument);
        case Outcome::kNoAccount: return admin_error(AdminError::kNoAccount);
        case Outcome::kDone: break;
    }
    core::JsonArray members;
    for (const std::string& member : book.members) members.add(member);
    return json_response(200, core::JsonObject()
                                  .add("document", document)
                                  .add_json("merged", members.finish())
                                  .add("message", message)
                                  .finish());
}

}  // namespace koshelf::web
