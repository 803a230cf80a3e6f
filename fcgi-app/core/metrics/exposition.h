// Exposition: metrics as the text that Prometheus reads (format 0.0.4).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/metrics/registry.h"

namespace koshelf::core::metrics {

inline constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

// Collects values in any order; the text has them by metric, in the order of the registry, each with its help
// and type. Metrics without a value do not appear. Nobody looks whether a value is added twice.
class Exposition {
  public:
    using Labels = std::span<const std::string_view>;

    // `labels`: the values of the metric's labels, in the order of the registry, one for each. They may hold
    // anything: what would end a line or a string is escaped.
    void add(Metric metric, Labels labels, double value);
    void add(Metric metric, double value) { add(metric, Labels(), value); }
    void add(Metric metric, std::string_view label, double value) { add(metric, Labels(&label, 1), value); }

    // `buckets`: how many fell into each, not added up; one more than the metric has bounds. `sum` in
    // seconds.
    void add_histogram(Metric metric, Labels labels, std::span<const std::uint64_t> buckets, double sum);

    [[nodiscard]] std::string text() const;

  private:
    std::array<std::string, kMetrics> lines_;
};

}  // namespace koshelf::core::metrics
