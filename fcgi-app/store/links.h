// Links: which document of an account is which item of Audiobookshelf.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"

namespace koshelf::store {

// How a link came about. Text in Redis: "digest", "filename", "manual", "suggestion", "unlinked".
enum class LinkOrigin {
    kDigest,      // the file's partial MD5 is that of a file in the library
    kFileName,    // the file name's MD5 is
    kManual,      // somebody chose the item
    kSuggestion,  // somebody accepted a suggestion
    kUnlinked,    // somebody wants no link: nothing automatic makes one, not even the document map
};

[[nodiscard]] std::string_view to_string(LinkOrigin origin);

struct Link {
    std::optional<core::LibraryItemId> item;       // nothing only for kUnlinked
    std::optional<core::LibraryItemId> text_item;  // whose EPUB gives the text, if that is another item
    LinkOrigin how = LinkOrigin::kManual;
    core::EpochSeconds since = 0;

    bool operator==(const Link&) const = default;
};

// {"libraryItemId","textItemId","how","since"}; members that are nothing are left out.
[[nodiscard]] std::string to_json(const Link& link);
// Nothing for text that is no link.
[[nodiscard]] std::optional<Link> parse_link(std::string_view json);

// Every change puts the document into the account's outbox in the same step, due at once, so that the bridge
// looks at it. None brings a deleted account back.
class Links {
  public:
    enum class Change {
        kDone,
        kKept,       // set_if_absent: there is a link, an explicit no, or no such document; replace: it is
                     // another one by now; forget: there was nothing
        kNoAccount,  // there is no such account (any more)
    };

    explicit Links(Database& database) : database_(database) {}

    [[nodiscard]] StoreResult<std::map<core::DocumentId, Link>> all(const core::Username& username);
    [[nodiscard]] StoreResult<std::optional<Link>> of(const core::Username& username,
                                                      const core::DocumentId& document);

    [[nodiscard]] StoreResult<Change> set(const core::Username& username, const core::DocumentId& document,
                                          const Link& link, core::EpochMillis now);
    // For automatic links: nothing is overwritten, not even kUnlinked.
    [[nodiscard]] StoreResult<Change> set_if_absent(const core::Username& username,
                                                    const core::DocumentId& document, const Link& link,
                                                    core::EpochMillis now);
    // Only if the link still is `old`; nothing: there is none.
    [[nodiscard]] StoreResult<Change> replace(const core::Username& username,
                                              const core::DocumentId& document,
                                              const std::optional<Link>& old, const Link& link,
                                              core::EpochMillis now);
    // An explicit no.
    [[nodiscard]] StoreResult<Change> unlink(const core::Username& username, const core::DocumentId& document,
                                             core::EpochMillis now);
    // As if nobody had ever said anything: what is automatic counts again.
    [[nodiscard]] StoreResult<Change> forget(const core::Username& username, const core::DocumentId& document,
                                             core::EpochMillis now);

  private:
    [[nodiscard]] StoreResult<Change> change(const core::Username& username, const core::DocumentId& document,
                                             std::string_view mode, std::string json, core::EpochMillis now,
                                             std::string old = {});

    Database& database_;
};

}  // namespace koshelf::store
