// SuggestionWalk: the best suggestion for each document that is not linked, a few at a time.
#pragma once

#include <string>
#include <vector>

#include "web/admin_api/document_view.h"
#include "web/admin_api/session.h"
#include "web/admin_api/suggestion_search.h"

namespace koshelf::web {

struct Proposal {
    DocumentView view;
    Suggested best;
    bool sure = false;  // certain enough to be accepted with all that are
};

struct Proposals {
    std::vector<Proposal> found;
    std::string next;  // where the walk goes on; "" at its end
};

// Up to `most`, from the documents that moved last on. Each search is a request to Audiobookshelf, so one
// call makes a couple of dozen and takes no longer than a few seconds; a page may be short, or empty, and
// still have a next. Documents of which somebody said that they are not to be linked are left alone.
[[nodiscard]] OrResponse<Proposals> propose(Services& services, const core::Username& username,
                                            const std::string& cursor, std::size_t most);

}  // namespace koshelf::web
