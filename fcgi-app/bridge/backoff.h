// Backoff: growing pauses between attempts, spread so that many do not come back at once.
#pragma once

#include <algorithm>
#include <chrono>

namespace koshelf::bridge {

// The n-th pause (from 0) is 2^n times `first`, at most `longest`, of which a share of up to a half is taken
// off by `chance` (0..1, random).
[[nodiscard]] constexpr std::chrono::milliseconds pause_after(int attempts, std::chrono::milliseconds first,
                                                              std::chrono::milliseconds longest,
                                                              double chance) {
    const auto whole = std::min(longest.count(), first.count() * (1L << std::clamp(attempts, 0, 40)));
    return std::chrono::milliseconds(
        static_cast<long>(static_cast<double>(whole) * (1 - 0.5 * std::clamp(chance, 0.0, 1.0))));
}

// Counts attempts.
class Backoff {
  public:
    Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest)
        : first_(first), longest_(longest) {}
    [[nodiscard]] std::chrono::milliseconds next(double chance) {
        return pause_after(attempts_++, first_, longest_, chance);
    }
    void reset() { attempts_ = 0; }
    [[nodiscard]] int attempts() const { return attempts_; }

  private:
    std::chrono::milliseconds first_;
    std::chrono::milliseconds longest_;
    int attempts_ = 0;
};

}  // namespace koshelf::bridge
