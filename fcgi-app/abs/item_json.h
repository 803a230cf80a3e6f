// Audiobookshelf's JSON of a library item, as far as an audiobook's times are concerned.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/audio/timeline.h"

namespace koshelf::abs {

enum class ItemJsonError {
    kTooLarge,  // more than kMaxItemBytes
    kNotJson,
    kNotAnItem,  // JSON, but without `media`
    kNotABook,   // a podcast
};

[[nodiscard]] std::string_view to_string(ItemJsonError error);

// A box of 20,000 chapters is far below.
inline constexpr std::size_t kMaxItemBytes = std::size_t{32} * 1024 * 1024;

// Reads `GET /api/items/:id`, expanded (media.tracks, media.duration) or not (media.audioFiles), and an item
// inside a playback session or search result (`libraryItem`). Times are seconds from the start of the book.
// Whatever is absent or of another type is left at 0 or "", times that are no numbers become NaN:
// AudioTimeline decides what is usable. An item without audio is no error here, nor is half a character in a
// title (abs/lone_surrogates.h).
[[nodiscard]] tl::expected<core::audio::RawAudiobook, ItemJsonError> parse_item(std::string_view json);

// What parse_item() reads as `book`, and nothing else of an item.
[[nodiscard]] std::string to_item_json(const core::audio::RawAudiobook& book);

}  // namespace koshelf::abs
