#include "core/audio/learned.h"

#include <algorithm>

namespace koshelf::core::audio {

LearnedPointers::LearnedPointers(std::span<const HistoryPoint> history) {
    for (const HistoryPoint& point : history) {
        const bool in_range = point.percentage >= 0 && point.percentage <= 1;  // false for NaN too
        if (in_range && !point.progress.empty()) points_.push_back(point);
    }
    std::stable_sort(points_.begin(), points_.end(), [](const HistoryPoint& a, const HistoryPoint& b) {
        return a.percentage < b.percentage;
    });
}

std::optional<HistoryPoint> LearnedPointers::nearest_before(double target) const {
    // Devices round percentages down to four digits; a target that differs by less is the same place.
    constexpr double kRounding = 1e-9;
    const auto after =
        std::upper_bound(points_.begin(), points_.end(), target + kRounding,
                         [](double value, const HistoryPoint& point) { return value < point.percentage; });
    if (after == points_.begin()) return std::nullopt;
    return *(after - 1);
}

}  // namespace koshelf::core::audio
