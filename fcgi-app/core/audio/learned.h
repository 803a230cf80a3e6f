// The learned tier: what an account's own history tells about a document whose text is not known.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace koshelf::core::audio {

// A position that a device pushed, as it pushed it. `percentage` is a fraction 0..1.
struct HistoryPoint {
    double percentage = 0;
    std::string progress;
};

// Pointers that a device has really been at, by percentage. Never makes one up: what nearest_before() returns
// was pushed with exactly that percentage.
class LearnedPointers {
  public:
    LearnedPointers() = default;

    // `history` oldest first. Points with a percentage outside 0..1 or an empty progress are left out; of
    // several with the same percentage the newest counts.
    explicit LearnedPointers(std::span<const HistoryPoint> history);

    // The point nearest to `target` (fraction 0..1) that is not after it; nothing if all are after it, so
    // that nobody is sent past what was heard. O(log n).
    [[nodiscard]] std::optional<HistoryPoint> nearest_before(double target) const;

    [[nodiscard]] bool empty() const { return points_.empty(); }

  private:
    std::vector<HistoryPoint> points_;  // by percentage
};

}  // namespace koshelf::core::audio
