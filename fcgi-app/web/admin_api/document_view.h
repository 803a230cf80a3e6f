// DocumentView: a document as people see it: one book in both forms.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "abs/settings.h"
#include "core/ids.h"
#include "store/bridge_records.h"
#include "store/library_cache.h"

namespace koshelf::web {

struct DocumentView {
    core::DocumentId document;
    store::DocumentRecord record;
    // The item that counts: the account's own link, else the document map's. Nothing: not linked, or an
    // explicit no.
    std::optional<core::LibraryItemId> item;
    bool by_map = false;  // the document map says so
    std::optional<store::CachedItem> known;

    // As its owner, a device or the library calls it, in this order; "" if nobody does.
    [[nodiscard]] std::string title() const;
    [[nodiscard]] std::string authors() const;

    [[nodiscard]] bool unlinked() const;  // somebody wants no link
    [[nodiscard]] bool finished() const;
    [[nodiscard]] bool in_trouble() const;  // it could not be brought to Audiobookshelf

    // Where the audio was last seen, in seconds, and as a share of the text: the place that both sides agreed
    // on where there is one, else the share of the duration.
    [[nodiscard]] std::optional<double> heard_seconds() const;
    [[nodiscard]] std::optional<double> heard_fraction() const;
};

// The document with what counts as its link. `known` is left for view_all() or the caller.
[[nodiscard]] DocumentView make_view(core::DocumentId document, store::DocumentRecord record,
                                     const abs::Settings& settings);

// Documents with the items that they are linked to: two round trips.
[[nodiscard]] store::StoreResult<std::vector<DocumentView>> view_all(
    store::BridgeRecords& records, store::LibraryCache& cache, const abs::Settings& settings,
    const core::Username& username, const std::vector<core::DocumentId>& documents);

// {document, title, authors, filename, reading, listening, link, tier, …}: docs/api.md.
[[nodiscard]] std::string to_json(const DocumentView& view);

}  // namespace koshelf::web
