// TextCache: the texts of books that somebody has looked at lately. All of it can be fetched again; all of it
// expires. Texts are kept once for everybody, so who may see one is asked for each credential.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "store/database.h"

namespace koshelf::store {

// What is kept of a text, without the text itself; or why there is none.
struct CachedText {
    std::string fingerprint;  // of the e-book file that it was read from
    std::string index;        // any bytes; "" with an error
    std::string error;        // a sentence

    bool operator==(const CachedText&) const = default;
};

class TextCache {
  public:
    // A text lives that long after it was last looked at.
    static constexpr std::chrono::minutes kLife{60};
    // An error: long enough to be no burden.
    static constexpr std::chrono::minutes kErrorLife{10};
    // How long a credential that was let see an item is believed to be.
    static constexpr std::chrono::minutes kSightLife{10};

    struct Look {
        bool visible = false;  // Audiobookshelf has said lately that this credential may see the item
        std::optional<CachedText> text;
    };

    explicit TextCache(Database& database) : database_(database) {}

    // One round trip. Prolongs the life of the text if the credential may see it.
    [[nodiscard]] StoreResult<Look> look(const std::string& credential_digest,
                                         const core::LibraryItemId& item);

    // Audiobookshelf lets that credential see the item; or it does not.
    [[nodiscard]] StoreResult<void> note_sight(const std::string& credential_digest,
                                               const core::LibraryItemId& item, bool visible);

    // `count` passages from `first` on, as they were put; nothing if the text is not (any more) that of
    // `fingerprint`.
    [[nodiscard]] StoreResult<std::optional<std::vector<std::string>>> passages(
        const core::LibraryItemId& item, const std::string& fingerprint, std::size_t first,
        std::size_t count);

    // Replaces whatever is there in one step.
    [[nodiscard]] StoreResult<void> put(const core::LibraryItemId& item, const CachedText& text,
                                        const std::vector<std::string>& passages);

    // True if nobody else is reading that text; then nobody else is told so for `longest`, or until
    // release().
    [[nodiscard]] StoreResult<bool> claim(const core::LibraryItemId& item, std::chrono::milliseconds longest);
    void release(const core::LibraryItemId& item);

  private:
    Database& database_;
};

}  // namespace koshelf::store
