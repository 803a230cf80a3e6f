// From a book's text and an audiobook's marks to an Alignment.
#pragma once

#include <span>

#include "core/audio/alignment.h"
#include "core/audio/calibration.h"
#include "core/audio/narration.h"
#include "core/audio/timeline.h"

namespace koshelf::core::audio {

// Always gives an alignment. Chapters are matched to sections by title and by length, the narrator's pace
// being estimated from the matches themselves. Where the marks say nothing, one line runs through the text
// that is read aloud. Abridged, translated or reordered editions keep an alignment, of low confidence: what
// gives them away is a pace no human reads at, lengths that vary more than a narrator's, titles that
// disagree, or long stretches without counterpart.
//
// Calibrations (oldest first) are hard knots: the alignment passes through each of them, except those that a
// newer one contradicts (later text at an earlier second).
[[nodiscard]] Alignment align(const Narration& narration, const AudioTimeline& timeline,
                              std::span<const Calibration> calibrations = {});

}  // namespace koshelf::core::audio
