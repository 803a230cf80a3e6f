// Linker: links documents to the library items that have the very same file, without being asked.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "abs/item.h"
#include "library/context.h"

namespace koshelf::library {

// Only documents that have no link, that nobody has unlinked, and that AUDIOBOOKSHELF_DOCUMENT_MAP does not
// mention; only to items that the account's own credential may see; never to one of several that would do
// equally well.
class Linker {
  public:
    explicit Linker(Context& context) : context_(context) {}

    // Looks at what devices have pushed since the last call.
    [[nodiscard]] store::StoreResult<void> look_at_recent();

    // Looks at all documents of all accounts, an account at each sweep_step().
    [[nodiscard]] store::StoreResult<void> begin_sweep();
    // False if there is none left.
    [[nodiscard]] store::StoreResult<bool> sweep_step();
    [[nodiscard]] bool sweeping() const { return !accounts_.empty(); }

    // Whether a document was pushed that no known file matches, for the first time since this was asked last.
    [[nodiscard]] bool take_strangers() { return std::exchange(strangers_, false); }

    // Links made since the program started.
    [[nodiscard]] std::size_t links_made() const { return links_made_; }

    // What is remembered about rights: the settings have changed.
    void forget_rights();

  private:
    using ItemId = core::LibraryItemId;
    struct Candidate {
        ItemId id;
        abs::Item item;
    };
    // Items of which a file has that digest, that the credential may see. The error is the server's silence.
    using Candidates = tl::expected<std::vector<Candidate>, abs::AbsError>;

    [[nodiscard]] store::StoreResult<void> consider(const core::Username& username,
                                                    const std::vector<core::DocumentId>& documents);
    // A document that may be linked, with the other ids of the same book.
    struct Unlinked {
        core::DocumentId document;
        std::vector<core::DocumentId> ids;
    };
    [[nodiscard]] store::StoreResult<std::vector<Unlinked>> unlinked(
        const core::Username& username, const std::vector<core::DocumentId>& documents);
    [[nodiscard]] store::StoreResult<void> match(const core::Username& username,
                                                 const abs::Credential& credential, const Unlinked& unlinked,
                                                 const std::vector<ItemId>& items);
    [[nodiscard]] Candidates visible(const abs::Credential& credential, const std::vector<ItemId>& items);
    // Which file of the item, as it is now, makes it the document's; nothing if it has changed since the
    // scan.
    [[nodiscard]] store::StoreResult<std::optional<store::LinkOrigin>> sameness(const Unlinked& unlinked,
                                                                                const Candidate& candidate);
    [[nodiscard]] store::StoreResult<bool> contradicts(const core::Username& username,
                                                       const core::DocumentId& document,
                                                       const abs::Item& item);
    [[nodiscard]] store::StoreResult<void> link(const core::Username& username, const Unlinked& unlinked,
                                                const Candidate& candidate);
    void note_once(const core::Username& username, const core::DocumentId& document, const std::string& event,
                   const std::string& sentence);

    Context& context_;
    core::EpochSeconds looked_until_ = 0;
    std::vector<core::Username> accounts_;  // still to be swept
    // Could not be decided, because the server did not answer: again with the next look.
    std::set<std::pair<core::Username, core::DocumentId>> undecided_;
    // Refused lately: credential and item, until when that is believed.
    std::map<std::pair<std::string, ItemId>, core::EpochMillis> refused_;
    std::set<std::string> noted_;
    std::set<core::DocumentId> unknown_;
    bool strangers_ = false;
    std::size_t links_made_ = 0;
};

}  // namespace koshelf::library
