// Calibrating: which of an account's words about a narrator hold for a book as it is now.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/audio/calibration.h"
#include "relay/books.h"
#include "relay/subject.h"
#include "store/calibrations.h"

namespace koshelf::relay {

// As many are kept; the oldest go.
inline constexpr std::size_t kMostCalibrations = 50;

[[nodiscard]] store::BookPair pair_of(const Subject& subject);

// The name of a text: another one has another, and offsets into the one mean nothing in the other. A file
// that was only touched or moved keeps it.
[[nodiscard]] std::string text_name(const core::text::TextMap& map);

// It was said of this text and this audio. Chapters may have been edited since: the seconds are the same.
[[nodiscard]] bool fits(const store::StoredCalibration& said, const Book& book);

// Those that fit, oldest first.
[[nodiscard]] std::vector<core::audio::Calibration> fitting(
    const std::vector<store::StoredCalibration>& entries, const Book& book);

// Adds what was said of the book just now, under an id of its own. Of what was said of this text and audio
// before, what contradicts it goes; of all the oldest, beyond kMostCalibrations. It keeps what went. Returns
// how many contradicted. The book must have a map.
std::size_t add_calibration(std::vector<store::StoredCalibration>& entries, store::StoredCalibration said,
                            const Book& book, core::EpochMillis now);

// Takes one out; false if there is none of that id. `undo`: what it replaced comes back, but for what
// contradicts something that was said later and is still there.
bool remove_calibration(std::vector<store::StoredCalibration>& entries, std::string_view id, bool undo);

}  // namespace koshelf::relay
