// Paged files (PDF, CBZ): the number of pages from what devices reported, since nobody says it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace koshelf::core::text {

// One report: the page is KOReader's `progress`, from 1; the fraction its `percentage`.
struct PageReport {
    std::uint32_t page = 0;
    double fraction = 0;
};

struct PageCount {
    std::uint32_t pages = 0;  // best guess
    std::uint32_t least = 0;  // all the reports allow least..most
    std::uint32_t most = 0;

    [[nodiscard]] bool certain() const { return least == most; }
};

// Newest report last. Reports that contradict each other (another edition, another device's rounding) are
// given up from the oldest on. Nothing without a usable report (page 0, a fraction that is not in (0, 1]).
[[nodiscard]] std::optional<PageCount> estimate_page_count(std::span<const PageReport> reports);

// The page that a reader has in view at a fraction of the file, 1..pages.
[[nodiscard]] std::uint32_t page_at_fraction(double fraction, std::uint32_t pages);

// What KOReader reports on a page; a page beyond the last counts as the last.
[[nodiscard]] double fraction_of_page(std::uint32_t page, std::uint32_t pages);

}  // namespace koshelf::core::text
