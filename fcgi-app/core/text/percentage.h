// KOReader's percentage, for when there is no pointer.
//
// A device reports floor(10000 * page / pages) / 10000 with pages counted from 1: the END of the visible
// page. Half a page is taken off, so that the middle of that page is meant.
#pragma once

#include "core/text/text_map.h"

namespace koshelf::core::text {

struct PercentageEstimate {
    TextOffset offset;
    TextLength typical_error =
        0;  // code points: the line model's mean error on the worst of the measured books
    TextLength worst_error = 0;  // code points: its largest error there
};

// `fraction` is 0..1 as KOReader sends it, clamped; NaN counts as 0. O(log n).
[[nodiscard]] PercentageEstimate offset_at_percentage(const TextMap& map, double fraction);

// What a device would report with the page of `offset` on its screen; 0 only for a book without pages. It
// reads back (offset_at_percentage) to a place on the same page.
[[nodiscard]] double percentage_at(const TextMap& map, TextOffset offset);

}  // namespace koshelf::core::text
