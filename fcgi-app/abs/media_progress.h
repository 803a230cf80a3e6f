// MediaProgress: Audiobookshelf's record of how far a user is in an item, by ear and by eye.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/clock.h"
#include "platform/json.h"

namespace koshelf::abs {

// One record per user and media item, both for its audio and its ebook: `finished` and `last_update` are
// shared, so that neither tells which side moved. Values are as the server has them, also beyond the end,
// negative, or above 1; what is no number is nothing.
struct MediaProgress {
    std::string id;          // of the record
    std::string item;        // library item; "" where a client has destroyed the link: match by media_item
    std::string media_item;  // the item's media.id
    std::string episode;     // of a podcast; "" for a book
    std::string user;        // "" if not said
    std::optional<double> current_time;  // seconds from the start of the book
    std::optional<double> duration;      // seconds; often 0: the item knows better
    std::optional<double> progress;      // as a client last wrote it, not current_time / duration
    std::optional<double> ebook_progress;
    std::optional<std::string> ebook_location;  // a CFI, if it begins with "epubcfi"
    bool finished = false;
    platform::EpochMillis last_update = 0;  // by the server's clock or a client's; 0 if not said
    platform::EpochMillis started_at = 0;

    bool operator==(const MediaProgress&) const = default;
};

// Nothing if it is no object, or names neither an item nor a media item.
[[nodiscard]] std::optional<MediaProgress> parse_media_progress(platform::JsonValue value);

// The records of an array that are some; nothing if it is no array.
[[nodiscard]] std::optional<std::vector<MediaProgress>> parse_media_progress_list(platform::JsonValue array);

// A record's JSON text; nothing if it is none.
[[nodiscard]] std::optional<MediaProgress> parse_media_progress_text(std::string_view json);

}  // namespace koshelf::abs
