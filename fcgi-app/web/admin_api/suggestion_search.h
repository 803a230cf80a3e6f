// SuggestionSearch: which items of the library a document may be, judged by its name.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "abs/calls.h"
#include "core/bridge/suggestion.h"
#include "core/position.h"
#include "web/services.h"

namespace koshelf::web {

struct Suggested {
    abs::ItemSummary item;
    core::bridge::Likeness likeness;
};

// Looks for the books of one account. Which libraries it sees is asked once.
class SuggestionSearch {
  public:
    SuggestionSearch(Services& services, abs::Credential credential)
        : services_(services), credential_(std::move(credential)) {}

    // Items worth showing, best first; none for a document that says nothing of its name. A request or two.
    [[nodiscard]] tl::expected<std::vector<Suggested>, abs::AbsError> find(const core::Metadata& names,
                                                                           std::size_t most);

  private:
    Services& services_;
    abs::Credential credential_;
    std::optional<std::vector<std::string>> libraries_;
};

// Whether that name gives anything to look for.
[[nodiscard]] bool can_be_looked_for(const core::Metadata& names);

// Which of them it certainly is; nothing if a person has to look.
[[nodiscard]] std::optional<std::size_t> certain_one(const std::vector<Suggested>& best_first);

}  // namespace koshelf::web
