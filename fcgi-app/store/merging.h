// Merging: several document ids of one account that are one book. They share one position: whoever pushes to
// one of them moves all (store/scripts/group.lua says how it is stored). One is the main document, which
// alone stands in the index and has link, bridge record and outbox entry.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"
#include "store/links.h"

namespace koshelf::store {

// Most ids that one book may have.
inline constexpr std::size_t kLargestGroup = 16;

struct MergeWish {
    core::DocumentId document;
    core::DocumentId into;
    std::optional<Link> implied_link{};      // the document's, where nobody but the document map has said so
    bool into_is_linked = false;             // the other one's, likewise
    std::optional<core::EpochMillis> due{};  // when Audiobookshelf is to hear of it; nothing: not at all
};

class Merging {
  public:
    Merging(Database& database, int history_limit) : database_(database), history_limit_(history_limit) {}

    enum class Outcome {
        kDone,
        kSame,       // they are one book already
        kElsewhere,  // the document is an id of another book
        kTooMany,    // there would be more than kLargestGroup
        kMissing,    // the account has neither a position nor a link of one of them
        kNotMerged,  // unmerge, undo: it is the main document, or no other id of anything
        kTooLate,    // undo: what was before or came since is not kept any more, or other ids joined or left
        kNoAccount,  // there is no such account (any more)
    };
    struct Book {
        Outcome outcome = Outcome::kDone;
        std::string main;                  // with kDone, as the members
        std::vector<std::string> members;  // the other ids
    };

    // The document, with the ids that it has already, joins the book that the other one belongs to. The newer
    // of the two positions becomes that of all ids; both histories stay.
    [[nodiscard]] StoreResult<Book> merge(const core::Username& username, const MergeWish& wish);

    // One id leaves its book: it keeps the position that all have, and stands in the index again, with the
    // link that it had before.
    [[nodiscard]] StoreResult<Book> unmerge(const core::Username& username, const core::DocumentId& member,
                                            std::optional<core::EpochMillis> due);

    // Takes the merging of a document back, for an hour: both books have the ids, link, name and position
    // that they had, but where one has been moved since by one of its own ids, it stays. `linked`: the book
    // is; it tells whether its audio has to go back as well.
    [[nodiscard]] StoreResult<Book> undo(const core::Username& username, const core::DocumentId& document,
                                         std::optional<core::EpochMillis> due, bool linked,
                                         core::EpochSeconds now);

    // The main document of an id: the id itself, unless it was merged into another one.
    [[nodiscard]] StoreResult<core::DocumentId> main_of(const core::Username& username,
                                                        const core::DocumentId& document);

  private:
    [[nodiscard]] StoreResult<Book> finish(const core::Username& username,
                                           std::optional<core::EpochMillis> due,
                                           const StoreResult<platform::RedisReply>& reply);

    Database& database_;
    int history_limit_;
};

// The answer to an HGET of an id in keys::merged: its main document.
[[nodiscard]] core::DocumentId main_document(const core::DocumentId& document, platform::RedisValue entry);

// And the other ids, if it is a main document.
[[nodiscard]] std::vector<core::DocumentId> merged_members(platform::RedisValue entry);

}  // namespace koshelf::store
