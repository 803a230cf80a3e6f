// Conversion: one position, from KOReader's words into Audiobookshelf's and back.
//
// Three tiers, best first. A KOReader moves only to a pointer into its own document, so the third tier never
// makes one up: it keeps the pointer that the device had.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/audio/alignment.h"
#include "core/audio/learned.h"
#include "core/bridge/media_place.h"
#include "core/text/text_map.h"

namespace koshelf::core::bridge {

// What a device pushes: a fraction 0..1, and an XPointer or a page number.
using DevicePosition = audio::HistoryPoint;

enum class Tier {
    kExact,       // computed in the text of the book
    kLearned,     // a pointer that this account's devices have really been at, or a page number
    kPercentage,  // shares of the whole
};

// Stable, greppable name: "exact", "learned", "percentage".
[[nodiscard]] std::string_view to_string(Tier tier);

// All that is known of a linked book. Nothing is owned.
struct BookKnowledge {
    const text::TextMap* map = nullptr;           // of the e-book that Audiobookshelf has
    const audio::Alignment* alignment = nullptr;  // of that e-book to the audio
    double duration = 0;                          // of the audio, seconds; 0: an e-book only
    std::span<const DevicePosition> history{};    // this account's own positions, oldest first
};

// A place in the text, and how it was found.
struct TextPlace {
    text::TextOffset offset;
    bool exact = false;  // false: from a percentage
};

// Where in the text a device is. A pointer that does not lie in the map is not believed, as in to_media().
// Nothing for the page number of a paged file.
[[nodiscard]] std::optional<TextPlace> place_of(const DevicePosition& position, const text::TextMap& map);

// A place for Audiobookshelf.
struct MediaTarget {
    std::optional<double> seconds{};  // within 0..duration; nothing for an item without audio
    double ebook_fraction = 0;        // KOReader's own percentage, within 0..1
    std::string ebook_location{};     // a CFI; "" where the text is not known
    bool finished = false;            // the last page is on the screen
    Tier tier = Tier::kPercentage;
    double confidence = 0;  // 0..1: chance to be within a minute of the sentence
};

// `position` as a device pushed it. A pointer that does not lie in the map is not believed: the percentage
// then counts, through the line model of the text if there is a map, else as a share of the duration.
[[nodiscard]] MediaTarget to_media(const DevicePosition& position, const BookKnowledge& book);

// A place for a KOReader.
struct TextTarget {
    DevicePosition position{};
    Tier tier = Tier::kPercentage;
    double confidence = 0;
    bool pointer_kept = false;  // the pointer is the device's old one: it will not move anybody
};

// `side` of `place`, which names a place there. `current` is the position that the device has now. Nothing
// if no progress string can be given: the text is not known, and no device has pushed one yet.
[[nodiscard]] std::optional<TextTarget> to_text(const MediaPlace& place, MediaSide side,
                                                const BookKnowledge& book,
                                                const std::optional<DevicePosition>& current);

}  // namespace koshelf::core::bridge
