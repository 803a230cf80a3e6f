// Item: a book of Audiobookshelf, with all that the bridge needs of it, and its short form in lists.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "abs/item_json.h"
#include "core/audio/timeline.h"
#include "platform/clock.h"
#include "platform/json.h"

namespace koshelf::abs {

struct EbookFile {
    std::string ino;     // names the file within the item
    std::string format;  // "epub", "pdf", …; lower case
    std::string filename;
    std::uint64_t size = 0;           // bytes
    platform::EpochMillis mtime = 0;  // as the server's file system has it

    bool operator==(const EbookFile&) const = default;
};

struct Item {
    std::string id;
    std::string library;
    std::string media_id;
    std::string title;
    std::string authors;  // as the server writes them: "A, B"
    std::string isbn;
    std::string asin;
    std::string language;
    bool podcast = false;            // then nothing below is filled in but updated_at
    bool missing = false;            // its files are gone
    std::optional<EbookFile> ebook;  // the one that GET …/ebook serves
    std::vector<EbookFile> supplementary;
    double duration = 0;  // seconds; 0: no audio
    core::audio::RawAudiobook audio;
    platform::EpochMillis updated_at = 0;
};

struct ItemSummary {
    std::string id;
    std::string library;
    std::string title;
    std::string authors;
    std::string isbn;
    std::string asin;
    std::string ebook_format;  // "" without ebook
    double duration = 0;       // seconds; 0: no audio
    platform::EpochMillis updated_at = 0;
    bool missing = false;
    bool podcast = false;

    bool operator==(const ItemSummary&) const = default;
};

// GET /api/items/:id?expanded=1, or an item inside a search result.
[[nodiscard]] tl::expected<Item, ItemJsonError> parse_full_item(std::string_view json);

// An item in a list (minified) or in a search result (expanded). Nothing if it has no id.
[[nodiscard]] std::optional<ItemSummary> parse_item_summary(platform::JsonValue value);

}  // namespace koshelf::abs
