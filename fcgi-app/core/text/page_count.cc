#include "core/text/page_count.h"

#include <algorithm>
#include <cmath>

namespace koshelf::core::text {
namespace {

// Reports are cut or rounded to four digits: the true fraction may be half a step below or a whole one above.
constexpr double kStep = 1e-4;

struct Range {
    double least = 1;
    double most = 0;

    [[nodiscard]] bool empty() const { return std::floor(most) < std::ceil(least); }
};

bool usable(const PageReport& report) {
    return report.page > 0 && report.fraction > 0 && report.fraction <= 1 + kStep;
}

Range range_of(const PageReport& report) {
    const double page = report.page;
    const double below = std::max(report.fraction - kStep / 2, kStep / 2);
    return {std::max(page, page / (report.fraction + kStep)), std::max(page, page / below)};
}

}  // namespace

std::optional<PageCount> estimate_page_count(std::span<const PageReport> reports) {
    std::optional<Range> agreed;
    double best = 0;
    for (std::size_t i = reports.size(); i-- > 0;) {
        const PageReport& report = reports[i];
        if (!usable(report)) continue;
        const Range range = range_of(report);
        if (range.empty()) continue;
        Range both = agreed.value_or(range);
        both = {std::max(both.least, range.least), std::min(both.most, range.most)};
        if (both.empty()) break;
        // The report with the largest page says most about the total.
        if (!agreed || both.most - both.least < agreed->most - agreed->least)
            best = report.page / report.fraction;
        agreed = both;
    }
    if (!agreed) return std::nullopt;
    const double least = std::ceil(agreed->least);
    const double most = std::min(std::floor(agreed->most), 4'000'000'000.0);
    const double pages = std::clamp(std::round(best), least, std::max(least, most));
    return PageCount{static_cast<std::uint32_t>(pages), static_cast<std::uint32_t>(least),
                     static_cast<std::uint32_t>(std::max(least, most))};
}

std::uint32_t page_at_fraction(double fraction, std::uint32_t pages) {
    if (pages == 0) return 1;
    const double within = std::isnan(fraction) ? 0.0 : std::clamp(fraction, 0.0, 1.0);
    // The end of a page is the page itself, not the next one; a hair of rounding above it too.
    const double page = std::ceil(within * pages - kStep * pages * 1e-3);
    return static_cast<std::uint32_t>(std::clamp(page, 1.0, static_cast<double>(pages)));
}

double fraction_of_page(std::uint32_t page, std::uint32_t pages) {
    if (pages == 0) return 0;
    return static_cast<double>(std::min(page, pages)) / static_cast<double>(pages);
}

}  // namespace koshelf::core::text
