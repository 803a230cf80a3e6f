// Layout: the plan of an alignment before it has knots, and the curve that is drawn through it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/audio/alignment.h"
#include "core/audio/calibration.h"
#include "core/audio/matching.h"
#include "core/audio/narration.h"
#include "core/audio/timeline.h"

namespace koshelf::core::audio {

// Stretches and the knots that cover them.
struct Layout {
    std::vector<Stretch> stretches;
    std::vector<Knot> knots;
};

// Stretches of a matching; sections and chapters next to each other without counterparts on either side
// become one kUnmatched stretch.
[[nodiscard]] std::vector<Stretch> stretches_of(const Narration& narration, const AudioTimeline& timeline,
                                                const Matching& matching,
                                                std::span<const MatchChapter> chapters);

// One kLine stretch over the text that is read aloud; what a book and an audiobook have around it is skipped.
// `opening`, `closing`: seconds of credits that have marks of their own.
[[nodiscard]] std::vector<Stretch> line_stretches(const Narration& narration, const AudioTimeline& timeline,
                                                  double opening, double closing);

// Seconds at the start of the first and at the end of the last stretch of text that are likely credits, since
// no mark of their own holds them.
struct Credits {
    double opening = 0;
    double closing = 0;
};
[[nodiscard]] Credits hidden_credits(std::span<const Stretch> stretches, const Stretch& stretch);

// Draws the curve: inside a stretch each section takes its lead-in and then its spoken length at `pace`, all
// scaled to fit. Calibrations become knots. May move borders of skipped text by half a second, so that every
// character has a moment of its own.
[[nodiscard]] Layout draw(const Narration& narration, std::vector<Stretch> stretches, const Pace& pace,
                          std::span<const Calibration> calibrations);

}  // namespace koshelf::core::audio
