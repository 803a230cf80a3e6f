// Books: what is known of a linked book, from the library cache, kept while it stays the same.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/audio/alignment.h"
#include "core/bridge/conversion.h"
#include "core/text/text_map.h"
#include "relay/subject.h"
#include "store/calibrations.h"
#include "store/library_cache.h"

namespace koshelf::relay {

struct Book {
    std::string title;
    double duration = 0;  // of the audio, seconds; 0: none
    std::optional<core::text::TextMap> map;
    std::optional<core::audio::Alignment> alignment;
    std::string fingerprint;       // of the files that all of this was made from
    std::string text_fingerprint;  // of the e-book alone
    std::string trouble;  // a sentence: why there is an e-book, or audio to it, and no map or no alignment

    // The history and the book must outlive what is returned.
    [[nodiscard]] core::bridge::BookKnowledge knowledge(
        std::span<const core::bridge::DevicePosition> history) const;
};

// The fingerprint under which an alignment of this text to this audio is stored.
[[nodiscard]] std::string alignment_fingerprint(const store::CachedItem& text_item,
                                                const store::CachedItem& audio_item);

class Books {
  public:
    // `kept`: how many books stay in memory; a novel takes about a megabyte.
    Books(store::LibraryCache& cache, store::Calibrations& calibrations, std::size_t kept)
        : cache_(cache), calibrations_(calibrations), kept_(kept) {}

    // The subject's book, its alignment bent to what the account has said about the narrator. Null while the
    // bridge has not looked at the item yet, or is still at its map or alignment: it is then asked to. A book
    // whose text cannot be had is one without map.
    [[nodiscard]] store::StoreResult<std::shared_ptr<const Book>> find(const Subject& subject,
                                                                       core::EpochMillis now);

    // Asks the bridge to look at the item again, and to make anew what has become another.
    [[nodiscard]] store::StoreResult<void> look_again(const core::LibraryItemId& item,
                                                      core::EpochMillis now) {
        return cache_.want(item, now);
    }

  private:
    struct Entry {
        core::LibraryItemId item;
        core::LibraryItemId text_item;
        std::shared_ptr<const Book> book;
    };

    // As everybody has it.
    [[nodiscard]] store::StoreResult<std::shared_ptr<const Book>> find_common(
        const core::LibraryItemId& item, const core::LibraryItemId& text_item, core::EpochMillis now);
    [[nodiscard]] std::shared_ptr<const Book> kept(const core::LibraryItemId& item,
                                                   const core::LibraryItemId& text_item,
                                                   const std::string& fingerprint);
    void keep(Entry entry);
    // Adds map and alignment to what the items say; false if they are not made yet.
    [[nodiscard]] store::StoreResult<bool> read_text(Book& book, const core::LibraryItemId& item,
                                                     const core::LibraryItemId& text_item,
                                                     const store::CachedItem& audio,
                                                     const store::CachedItem& text);

    store::LibraryCache& cache_;
    store::Calibrations& calibrations_;
    std::size_t kept_;
    std::list<Entry> entries_;  // used last first
};

}  // namespace koshelf::relay
