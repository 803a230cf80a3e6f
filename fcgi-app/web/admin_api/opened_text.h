// OpenedText: the text of the book that a document is linked to, as this account may see it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/text/passage.h"
#include "relay/subject.h"
#include "store/text_cache.h"
#include "web/admin_api/session.h"

namespace koshelf::web {

class OpenedText {
  public:
    OpenedText(Services& services, core::LibraryItemId item, store::CachedText cached,
               core::text::PassageIndex index)
        : services_(services), item_(std::move(item)), cached_(std::move(cached)), index_(std::move(index)) {}

    [[nodiscard]] core::text::TextLength length() const { return index_.length; }
    // Of the file that it was read from (relay/cached_item.h).
    [[nodiscard]] const std::string& fingerprint() const { return cached_.fingerprint; }
    [[nodiscard]] const core::text::PassageIndex& index() const { return index_; }

    // Some passages, in one round trip. kBookNotReady if the text has gone in the meantime.
    [[nodiscard]] OrResponse<std::vector<core::text::Passage>> passages(std::size_t first, std::size_t count);

    // The words of the sentence that holds `offset`; "" in a text without any.
    [[nodiscard]] OrResponse<std::string> sentence_at(core::text::TextOffset offset);

  private:
    Services& services_;
    core::LibraryItemId item_;
    store::CachedText cached_;
    core::text::PassageIndex index_;
};

// Fetches and reads the book while the caller waits, if nobody has lately. Audiobookshelf is asked with the
// account's own credential whether it may see the book, and believed for a while. kNotConnected, kNoText and
// why, kNoItem, or what Audiobookshelf's silence means.
[[nodiscard]] OrResponse<OpenedText> open_text(Services& services, const relay::Subject& subject);

// The same without asking anybody: nothing unless the text is at hand and this account was let see it lately.
[[nodiscard]] std::optional<OpenedText> text_at_hand(Services& services, const relay::Subject& subject);

}  // namespace koshelf::web
