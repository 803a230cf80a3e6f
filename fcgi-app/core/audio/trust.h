// Trust: how much an alignment deserves to be believed, from how it came about.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/audio/alignment.h"
#include "core/audio/narration.h"
#include "core/audio/pace.h"
#include "core/audio/timeline.h"
#include "core/audio/title.h"

namespace koshelf::core::audio {

// Fills in deviation and confidence of every stretch. On entry `confidence` is the certainty of the matching
// (0..1); `titles` may be null where no titles were compared.
void assess(std::vector<Stretch>& stretches, const Narration& narration, const AudioTimeline& timeline,
            const Pace& pace, const TitleEvidence* titles, std::size_t calibrations);

// Raises the confidence of a stretch inside which a user has said `calibrations` times where the narrator is:
// that much of the correspondence is certain, and the runs without a known border are shorter. Text that was
// taken not to be read is read, as kLine. Nothing changes with 0.
void confirm(Stretch& stretch, std::size_t calibrations);

// True if both name a language and not the same one: "en-GB" and "English" agree, "" agrees with all.
[[nodiscard]] bool languages_differ(std::string_view text, std::string_view audio);

}  // namespace koshelf::core::audio
