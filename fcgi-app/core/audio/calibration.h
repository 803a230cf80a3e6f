// Calibration: a user's word about where the narrator is, and an alignment that keeps to it.
#pragma once

#include <span>
#include <vector>

#include "core/audio/alignment.h"
#include "core/text/text_offset.h"

namespace koshelf::core::audio {

// The text at `offset` is read at `seconds`.
struct Calibration {
    text::TextOffset offset;
    double seconds = 0;

    friend bool operator==(const Calibration&, const Calibration&) = default;
};

// At most one of them is right: the same text at two times, or later text not later, or so little later that
// nobody could even skip what is between them.
[[nodiscard]] bool contradict(const Calibration& a, const Calibration& b);

// Those that can hold together, by offset. `calibrations` are oldest first; of two that contradict each other
// the newer one counts. What lies behind the end of the text or is no number is left out, seconds are clamped
// to 0..duration.
[[nodiscard]] std::vector<Calibration> consistent(std::span<const Calibration> calibrations,
                                                  text::TextOffset end, double duration);

// `alignment`, made without calibrations, bent so that it passes through each of those that are consistent()
// (where text without any time would follow or precede, to within that text's share of a moment). Marks and
// text are not needed again; all guarantees of Alignment hold.
//
// The correction fades towards the next borders of stretches on both sides. Borders that it makes implausible
// (the narrator would have to read much faster or slower up to there), or that two neighbouring calibrations
// displace the same way, are not believed any more. Stretches with calibrations inside deserve more trust.
[[nodiscard]] Alignment bent(const Alignment& alignment, std::span<const Calibration> calibrations);

}  // namespace koshelf::core::audio
