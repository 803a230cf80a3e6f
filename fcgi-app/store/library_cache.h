// LibraryCache: what is known of Audiobookshelf's libraries. All of it can be fetched or computed again.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"

namespace koshelf::store {

struct CachedItem {
    std::string title;
    std::string authors;
    std::string media_id;
    double duration = 0;  // of the audio, seconds; 0: none
    std::string ebook_ino;
    std::string ebook_format;
    std::string ebook_fingerprint;  // changes when the e-book file does; "": no e-book
    std::string audio_fingerprint;  // changes when the audio or its chapters do; "": no audio
    core::EpochMillis updated = 0;  // by Audiobookshelf's clock

    bool operator==(const CachedItem&) const = default;
};

// What the chapters of an item's audio are, in Audiobookshelf's own words.
struct CachedMarks {
    std::string fingerprint;  // of the audio: CachedItem::audio_fingerprint
    std::string json;         // as abs/item_json reads it

    bool operator==(const CachedMarks&) const = default;
};

// A text map as core/text/map_codec writes it, or why there is none.
struct CachedTextMap {
    std::string fingerprint;  // of the e-book file that it was made from
    std::string map;          // any bytes; "" with an error
    core::EpochMillis made = 0;
    std::string error;  // a sentence

    bool operator==(const CachedTextMap&) const = default;
};

// An alignment as core/audio/alignment_codec writes it, or why there is none.
struct CachedAlignment {
    std::string fingerprint;  // of the audio and the text that it was made from
    std::string alignment;    // any bytes; "" with an error
    double confidence = 0;
    core::EpochMillis made = 0;
    std::string error;

    bool operator==(const CachedAlignment&) const = default;
};

// The digests of an e-book file by which KOReader may know it.
struct CachedFile {
    std::string fingerprint;  // changes when the file does
    std::string partial_md5;
    std::string filename_md5;

    bool operator==(const CachedFile&) const = default;
};

class LibraryCache {
  public:
    explicit LibraryCache(Database& database) : database_(database) {}

    [[nodiscard]] StoreResult<std::optional<CachedItem>> item(const core::LibraryItemId& id);
    // Those that are known; of many, a thousand in one round trip.
    [[nodiscard]] StoreResult<std::map<core::LibraryItemId, CachedItem>> items(
        const std::vector<core::LibraryItemId>& ids);
    [[nodiscard]] StoreResult<void> put_item(const core::LibraryItemId& id, const CachedItem& item);
    // Of items that somebody has linked.
    [[nodiscard]] StoreResult<std::optional<CachedMarks>> marks(const core::LibraryItemId& id);
    [[nodiscard]] StoreResult<void> put_marks(const core::LibraryItemId& id, const CachedMarks& marks);

    // The item with its marks, its text, its text map and its alignment to that text.
    [[nodiscard]] StoreResult<void> forget_item(const core::LibraryItemId& id);

    [[nodiscard]] StoreResult<std::optional<CachedTextMap>> text_map(const core::LibraryItemId& id);
    [[nodiscard]] StoreResult<void> put_text_map(const core::LibraryItemId& id, const CachedTextMap& map);

    [[nodiscard]] StoreResult<std::optional<CachedAlignment>> alignment(const core::LibraryItemId& audio,
                                                                        const core::LibraryItemId& text);
    [[nodiscard]] StoreResult<void> put_alignment(const core::LibraryItemId& audio,
                                                  const core::LibraryItemId& text,
                                                  const CachedAlignment& alignment);

    // Only the fingerprint of what is cached, without moving the rest; nothing if nothing is.
    [[nodiscard]] StoreResult<std::optional<std::string>> text_map_fingerprint(const core::LibraryItemId& id);
    [[nodiscard]] StoreResult<std::optional<std::string>> alignment_fingerprint(
        const core::LibraryItemId& audio, const core::LibraryItemId& text);

    // Library items that have a file of which `document` is the digest.
    [[nodiscard]] StoreResult<std::vector<core::LibraryItemId>> items_of(const core::DocumentId& document);
    [[nodiscard]] StoreResult<std::vector<std::vector<core::LibraryItemId>>> items_of(
        const std::vector<core::DocumentId>& documents);
    // An empty list removes the entry.
    [[nodiscard]] StoreResult<void> put_items_of(const core::DocumentId& document,
                                                 const std::vector<core::LibraryItemId>& items);

    // Files that have been looked at, by item and ino.
    using FileName = std::pair<core::LibraryItemId, std::string>;
    [[nodiscard]] StoreResult<std::map<FileName, CachedFile>> files();
    [[nodiscard]] StoreResult<std::optional<CachedFile>> file(const FileName& name);
    [[nodiscard]] StoreResult<void> put_file(const FileName& name, const CachedFile& file);
    [[nodiscard]] StoreResult<void> forget_file(const FileName& name);

    // Asks whoever builds text maps and alignments for this item.
    [[nodiscard]] StoreResult<void> want(const core::LibraryItemId& id, core::EpochMillis now);
    // What is wanted, longest first, with the time since which it is.
    using Wanted = std::pair<core::LibraryItemId, core::EpochMillis>;
    [[nodiscard]] StoreResult<std::vector<Wanted>> wanted(int limit);
    // It is served. Stays if it was wanted again after `since`.
    [[nodiscard]] StoreResult<void> served(const core::LibraryItemId& id, core::EpochMillis since);

  private:
    Database& database_;
};

}  // namespace koshelf::store
