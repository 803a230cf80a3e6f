// Maps: serves koshelf:library:wanted. Fetches items, and makes the text maps and alignments that their links
// need.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "abs/item.h"
#include "library/book_build.h"
#include "library/context.h"

namespace koshelf::library {

class Maps {
  public:
    explicit Maps(Context& context) : context_(context) {}

    // Serves one item, of those that may be tried now the one that waits longest. False if there was none.
    // What cannot be made now (no answer, say) stays wanted and is tried again later, with growing pauses;
    // what cannot be made at all has a sentence stored in its place.
    [[nodiscard]] store::StoreResult<bool> step();

    // Everything may be tried at once: the settings have changed.
    void forget_failures() { failures_.clear(); }

  private:
    using ItemId = core::LibraryItemId;
    using Pair = LinkIndex::Pair;

    // An item as one of the credentials sees it.
    struct Fetched {
        std::optional<abs::Item> item;
        abs::Credential credential;
        std::string error;     // a sentence, if there is no item
        bool may_pass = true;  // the error is not for good
    };
    struct Failure {
        int attempts = 0;
        core::EpochMillis not_before = 0;
    };
    // Nothing if the item is served, else why it has to be tried again.
    using Served = store::StoreResult<std::optional<std::string>>;

    [[nodiscard]] Served serve(const ItemId& id);
    // All pairs that have the same text.
    [[nodiscard]] Served serve_text(const ItemId& text, const std::vector<ItemId>& audios);
    [[nodiscard]] Served build(const ItemId& text, const Fetched& fetched, const std::vector<ItemId>& audios);
    [[nodiscard]] store::StoreResult<const Fetched*> fetch(const ItemId& id);
    [[nodiscard]] Fetched ask(const ItemId& id);

    enum class MapState { kToBeMade, kMade, kImpossible };
    [[nodiscard]] store::StoreResult<MapState> map_state(const ItemId& text, const std::string& fingerprint);
    // Those of `audios` whose alignment has to be made.
    [[nodiscard]] store::StoreResult<std::vector<ItemId>> unaligned(const ItemId& text,
                                                                    const std::vector<ItemId>& audios);
    [[nodiscard]] store::StoreResult<void> store_outcome(const ItemId& text,
                                                         const std::vector<ItemId>& audios,
                                                         BuildOutcome outcome);
    [[nodiscard]] store::StoreResult<void> put_map_error(const ItemId& text, const std::string& error);
    // The pair cannot be completed: says why wherever something is missing, so that nobody waits for it.
    [[nodiscard]] store::StoreResult<void> give_up(const Pair& pair, const std::string& error);
    void log_build(const ItemId& text, const BuildOutcome& outcome, core::EpochMillis took) const;

    Context& context_;
    std::map<ItemId, Failure> failures_;
    std::map<ItemId, Fetched> fetched_;  // while one wanted item is served
};

}  // namespace koshelf::library
