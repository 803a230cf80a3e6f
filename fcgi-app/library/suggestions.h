// Suggestions for an account: which items its unlinked documents may be, judged by what they are called.
#pragma once

#include <string>
#include <vector>

#include "abs/item.h"
#include "core/bridge/suggestion.h"
#include "library/context.h"

namespace koshelf::library {

struct DocumentSuggestions {
    struct Choice {
        abs::ItemSummary item;
        core::bridge::Likeness likeness;
    };
    core::DocumentId document;
    std::string name;             // title, else file name, else ""
    std::vector<Choice> choices;  // best first
};

// Of the documents without a link that say what they are called, at most `limit` choices each. Lists the
// libraries as the account's own user sees them, which may take some seconds. `problem` is set to a sentence
// if that failed.
[[nodiscard]] store::StoreResult<std::vector<DocumentSuggestions>> suggest_links(
    Context& context, const core::Username& username, std::size_t limit, std::string& problem);

}  // namespace koshelf::library
