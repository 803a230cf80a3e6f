#include "library/suggestions.h"

#include <utility>

#include "library/listing.h"

namespace koshelf::library {
namespace {

using store::StoreResult;

// What one credential sees; nothing if that could not be told.
std::vector<abs::ItemSummary> items_of(Context& context, const abs::Credential& credential,
                                       std::string& problem) {
    Listing listing(context, {credential});
    Step step = Step::kWorked;
    while (step != Step::kDone && context.caller.keep_on()) step = listing.step();
    if (!listing.complete()) problem = "Audiobookshelf did not list all of its libraries.";
    std::vector<abs::ItemSummary> items;
    for (const auto& [id, seen] : listing.items()) items.push_back(seen.summary);
    return items;
}

StoreResult<std::vector<DocumentSuggestions>> unlinked(Context& context, const core::Username& username) {
    const auto documents = context.records.documents(username);
    if (!documents) return tl::unexpected(documents.error());
    const auto links = context.links.all(username);
    if (!links) return tl::unexpected(links.error());
    std::vector<DocumentSuggestions> found;
    for (const core::DocumentId& document : *documents) {
        if (links->contains(document) || context.settings.item_of(document)) continue;
        found.push_back({.document = document, .name = {}, .choices = {}});
    }
    return found;
}

}  // namespace

StoreResult<std::vector<DocumentSuggestions>> suggest_links(Context& context, const core::Username& username,
                                                            std::size_t limit, std::string& problem) {
    auto found = unlinked(context, username);
    if (!found || found->empty()) return found;
    const abs::Account* account = context.settings.credential_of(username);
    if (account == nullptr) {
        problem = "The account is no user of Audiobookshelf.";
        return found;
    }
    const std::vector<abs::ItemSummary> items = items_of(context, account->credential, problem);
    std::vector<core::bridge::ItemName> names;
    names.reserve(items.size());
    for (const abs::ItemSummary& item : items)
        names.push_back({.title = item.title, .authors = item.authors});
    for (DocumentSuggestions& each : *found) {
        const auto record = context.records.load(username, each.document);
        if (!record) return tl::unexpected(record.error());
        const core::Metadata metadata = record->called();
        const core::bridge::DocumentName name{.title = metadata.title.value_or(""),
                                              .authors = metadata.authors.value_or(""),
                                              .filename = metadata.filename.value_or("")};
        each.name = name.title.empty() ? name.filename : name.title;
        if (each.name.empty()) continue;
        for (auto& suggestion : core::bridge::suggest(name, names, limit))
            each.choices.push_back({items[suggestion.item], std::move(suggestion.likeness)});
    }
    return found;
}

}  // namespace koshelf::library
