#include "web/admin_api/suggestion_search.h"

#include <algorithm>
#include <utility>

#include "web/admin_api/item_search.h"

namespace koshelf::web {
namespace {

constexpr std::size_t kLongestSearch = 200;

// What to look for: the title as far as a subtitle, or a file's name without its ending and its author.
std::string search_text(const core::Metadata& names) {
    std::string text = names.title.value_or("");
    if (text.empty()) {
        text = names.filename.value_or("");
        text = text.substr(text.find_last_of('/') + 1);
        if (const std::size_t dot = text.rfind('.'); dot != std::string::npos && dot > 0) text.resize(dot);
        if (const std::size_t dash = text.rfind(" - "); dash != std::string::npos)
            text = text.substr(dash + 3);
    }
    text.resize(std::min(text.size(), text.find_first_of(":(;[")));
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text.size() > kLongestSearch ? std::string() : text;
}

}  // namespace

bool can_be_looked_for(const core::Metadata& names) {
    return !search_text(names).empty();
}

tl::expected<std::vector<Suggested>, abs::AbsError> SuggestionSearch::find(const core::Metadata& names,
                                                                           std::size_t most) {
    std::vector<Suggested> suggested;
    const std::string text = search_text(names);
    if (text.empty()) return suggested;
    if (!libraries_) {
        auto libraries = book_libraries(services_, credential_);
        if (!libraries) return tl::unexpected(libraries.error());
        libraries_ = std::move(*libraries);
    }
    auto items = find_items(services_, credential_, text, *libraries_);
    if (!items) return tl::unexpected(items.error());
    std::vector<core::bridge::ItemName> item_names;
    for (const abs::ItemSummary& item : *items)
        item_names.push_back({.title = item.title, .authors = item.authors});
    const core::bridge::DocumentName name{.title = names.title.value_or(""),
                                          .authors = names.authors.value_or(""),
                                          .filename = names.filename.value_or("")};
    for (auto& suggestion : core::bridge::suggest(name, item_names, most))
        suggested.push_back({std::move((*items)[suggestion.item]), std::move(suggestion.likeness)});
    return suggested;
}

std::optional<std::size_t> certain_one(const std::vector<Suggested>& best_first) {
    std::vector<core::bridge::Rated> rated;
    rated.reserve(best_first.size());
    for (const Suggested& each : best_first)
        rated.push_back({.score = each.likeness.score, .audio = each.item.duration > 0});
    return core::bridge::certain(rated);
}

}  // namespace koshelf::web
