// LibraryOrder: an account's documents in the order in which somebody wants to see them, a step at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abs/settings.h"
#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"
#include "web/services.h"

namespace koshelf::web {

enum class LibrarySort {
    kRecent,    // last moved first
    kOldest,    // longest not moved first
    kTitle,     // by what people call it (core/bridge/title_order.h)
    kProgress,  // furthest read first
};

// "recent" (also ""), "oldest", "title", "progress"; nothing for other text.
[[nodiscard]] std::optional<LibrarySort> parse_sort(std::string_view text);

// What is there throughout a walk comes exactly once, whatever else comes, goes or moves meanwhile; what
// moves to another place may come twice or not at all, and what has gone may still be named. Where there is
// no index for an order, the first step asks for what all documents are sorted by, in a few round trips; the
// desk remembers the result for whoever goes on.
class LibraryOrder {
  public:
    // A document and the text by which it is sorted. Neither has a colon.
    struct Place {
        std::string key;
        std::string document;

        auto operator<=>(const Place&) const = default;
    };
    using Places = std::vector<Place>;

    // An order that was made for somebody.
    struct Made {
        core::Username username;
        core::EpochSeconds created = 0;  // the account: the next one of that name is somebody else's
        LibrarySort sort = LibrarySort::kRecent;
        core::EpochMillis at = 0;
        Places places;
    };

    // What is passed in outlives it.
    LibraryOrder(Services& services, const abs::Settings& settings, const core::Username& username,
                 LibrarySort sort)
        : services_(services), settings_(settings), username_(username), sort_(sort) {}

    struct Step {
        std::vector<core::DocumentId> documents;
        std::vector<std::string> cursors;  // for each: where a later step goes on behind it
        std::string next;                  // the same for the last; "" if there is no more
    };

    // Up to `most` documents. `cursor`: "" for the first, else an earlier step's; text that is none is as "".
    [[nodiscard]] store::StoreResult<Step> step(const std::string& cursor, std::size_t most);

  private:
    [[nodiscard]] store::StoreResult<Step> indexed_step(const std::string& cursor, std::size_t most);
    [[nodiscard]] store::StoreResult<const Places*> places(bool goes_on);
    [[nodiscard]] store::StoreResult<Places> by_title();
    [[nodiscard]] store::StoreResult<Places> by_progress();

    Services& services_;
    const abs::Settings& settings_;
    const core::Username& username_;
    LibrarySort sort_;
};

}  // namespace koshelf::web
