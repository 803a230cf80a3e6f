// Cells: where in the memory that processes share a metric is counted.
//
// Each process has an array of 64-bit cells: first those of all metrics (kFixedCells), then kRouteCells for
// each route. A counter or a gauge takes one cell for each combination of its labels; a histogram one for
// each bucket, one for what is beyond, and one for the sum in microseconds.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/metrics/registry.h"

namespace koshelf::core::metrics {

// The cells of one combination of labels.
struct Series {
    Metric metric{};
    std::uint32_t first = 0;
};

// How many cells each combination of labels takes.
[[nodiscard]] constexpr std::size_t width(const Description& metric) {
    return metric.type == Type::kHistogram ? metric.bounds.size() + 2 : 1;
}

// How many combinations there are of the labels that have cells.
[[nodiscard]] constexpr std::size_t combinations(const Description& metric) {
    std::size_t count = 1;
    for (const Label& label : metric.labels) {
        if (label.in_cells && !label.values.empty()) count *= label.values.size();
    }
    return count;
}

// All cells of the metrics that stand before this one and are kept in the same way.
[[nodiscard]] constexpr std::size_t cells_before(std::size_t index, Kept kept) {
    std::size_t cells = 0;
    for (std::size_t i = 0; i < index; ++i) {
        if (kRegistry[i].kept == kept) cells += combinations(kRegistry[i]) * width(kRegistry[i]);
    }
    return cells;
}

inline constexpr std::size_t kFixedCells = cells_before(kMetrics, Kept::kInCells);
inline constexpr std::size_t kRouteCells = cells_before(kMetrics, Kept::kByRoute);

inline constexpr auto kFirstCell = [] {
    std::array<std::uint32_t, kMetrics> first{};
    for (std::size_t i = 0; i < kMetrics; ++i)
        first[i] = static_cast<std::uint32_t>(cells_before(i, kRegistry[i].kept));
    return first;
}();

// Those of these labels, in the order of the registry, without the labels that have no cells. Of a metric
// that is kept by route, they are counted from the beginning of the route's. Nothing if a value is none of
// the label's, or if there are too many or too few.
[[nodiscard]] constexpr std::optional<Series> find(Metric metric, std::string_view first = {},
                                                   std::string_view second = {}) {
    const Description& description = describe(metric);
    const std::array<std::string_view, 2> asked = {first, second};
    std::size_t place = 0;
    std::size_t used = 0;
    for (const Label& label : description.labels) {
        if (label.name.empty() || !label.in_cells) continue;
        std::size_t i = 0;
        while (i < label.values.size() && label.values[i] != asked[used]) ++i;
        if (i == label.values.size()) return std::nullopt;
        place = place * label.values.size() + i;
        ++used;
    }
    if (used < 2 && !asked[used].empty()) return std::nullopt;
    const std::size_t cell = kFirstCell[static_cast<std::size_t>(metric)] + place * width(description);
    return Series{.metric = metric, .first = static_cast<std::uint32_t>(cell)};
}

// The same for values that are known when the program is compiled, and wrong ones are found then.
[[nodiscard]] consteval Series series(Metric metric, std::string_view first = {},
                                      std::string_view second = {}) {
    return find(metric, first, second).value();
}

// Within the cells of a route: those of a status ("other" for one that the registry does not have).
[[nodiscard]] constexpr std::size_t status_cell(int status) {
    const std::array<char, 3> digits = {static_cast<char>('0' + status / 100 % 10),
                                        static_cast<char>('0' + status / 10 % 10),
                                        static_cast<char>('0' + status % 10)};
    const std::string_view text(digits.data(), digits.size());
    std::size_t i = 0;
    while (i + 1 < values::kStatuses.size() && values::kStatuses[i] != text) ++i;
    return kFirstCell[static_cast<std::size_t>(Metric::kRequests)] + i;
}

// Which bucket of a histogram, counted from its first cell.
[[nodiscard]] constexpr std::size_t bucket_of(std::span<const double> bounds, double seconds) {
    std::size_t i = 0;
    while (i < bounds.size() && seconds > bounds[i]) ++i;
    return i;
}

// Which of the fixed cells say how something is now, and mean nothing when the process has ended.
inline constexpr auto kIsGauge = [] {
    std::array<bool, kFixedCells> gauges{};
    for (const Description& metric : kRegistry) {
        if (metric.kept != Kept::kInCells || metric.type != Type::kGauge) continue;
        const std::size_t first = kFirstCell[static_cast<std::size_t>(metric.metric)];
        for (std::size_t i = 0; i < combinations(metric); ++i) gauges[first + i] = true;
    }
    return gauges;
}();

// Another number if anything that decides where and how something is counted is different: memory of
// processes of another version is not read.
[[nodiscard]] constexpr std::uint64_t layout_fingerprint() {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    const auto mix = [&hash](std::string_view text) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
        hash = (hash ^ 0xFFU) * 0x100000001B3ULL;
    };
    const auto mix_number = [&hash](std::uint64_t number) {
        hash = (hash ^ number) * 0x100000001B3ULL;
        hash ^= hash >> 29U;
    };
    for (const Description& metric : kRegistry) {
        if (metric.kept == Kept::kNowhere) continue;
        mix(metric.name);
        mix_number(static_cast<std::uint64_t>(metric.type));
        for (const Label& label : metric.labels) {
            mix(label.name);
            for (const std::string_view value : label.values) mix(value);
        }
        for (const double bound : metric.bounds) mix_number(std::bit_cast<std::uint64_t>(bound));
    }
    return hash;
}

}  // namespace koshelf::core::metrics
