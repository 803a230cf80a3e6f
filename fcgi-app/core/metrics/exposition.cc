#include "core/metrics/exposition.h"

#include <cassert>
#include <charconv>
#include <cmath>

#include "core/number.h"

namespace koshelf::core::metrics {
namespace {

std::string_view type_name(Type type) {
    switch (type) {
        case Type::kCounter: return "counter";
        case Type::kGauge: return "gauge";
        case Type::kHistogram: return "histogram";
    }
    return "untyped";
}

void append_escaped(std::string& text, std::string_view value, bool quoted) {
    for (const char c : value) {
        if (c == '\\') {
            text += "\\\\";
        } else if (c == '\n') {
            text += "\\n";
        } else if (c == '"' && quoted) {
            text += "\\\"";
        } else {
            text += c;
        }
    }
}

// Digits without an exponent where that is short: the bound of a bucket is a label, and "1e-04" is another
// one than the "0.0001" that everybody else writes.
std::string decimal(double value) {
    if (value != 0 && (std::abs(value) < 1e-6 || std::abs(value) > 1e15)) return format_number(value);
    std::array<char, 40> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
    assert(error == std::errc());
    return {digits.data(), end};
}

void append_value(std::string& text, double value) {
    if (std::isfinite(value)) {
        text += decimal(value);
    } else if (std::isnan(value)) {
        text += "NaN";
    } else {
        text += value > 0 ? "+Inf" : "-Inf";
    }
}

// {process="device",le="0.5"}; nothing at all without labels. `bound` is the last label, if it is not "".
std::string braces(const Description& metric, Exposition::Labels labels, std::string_view bound) {
    std::string text;
    const auto append = [&text](std::string_view name, std::string_view value) {
        text += text.empty() ? '{' : ',';
        text += name;
        text += "=\"";
        append_escaped(text, value, true);
        text += '"';
    };
    std::size_t i = 0;
    for (const Label& label : metric.labels) {
        if (label.name.empty()) break;
        assert(i < labels.size());
        append(label.name, labels[i++]);
    }
    assert(i == labels.size());
    if (!bound.empty()) append("le", bound);
    if (!text.empty()) text += '}';
    return text;
}

}  // namespace

void Exposition::add(Metric metric, Labels labels, double value) {
    const Description& description = describe(metric);
    std::string& lines = lines_[static_cast<std::size_t>(metric)];
    lines += description.name;
    lines += braces(description, labels, {});
    lines += ' ';
    append_value(lines, value);
    lines += '\n';
}

void Exposition::add_histogram(Metric metric, Labels labels, std::span<const std::uint64_t> buckets,
                               double sum) {
    const Description& description = describe(metric);
    assert(buckets.size() == description.bounds.size() + 1);
    std::string& lines = lines_[static_cast<std::size_t>(metric)];
    const auto line = [&](std::string_view suffix, std::string_view bound, double value) {
        lines += description.name;
        lines += suffix;
        lines += braces(description, labels, bound);
        lines += ' ';
        append_value(lines, value);
        lines += '\n';
    };
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        count += buckets[i];
        const std::string bound =
            i < description.bounds.size() ? decimal(description.bounds[i]) : std::string("+Inf");
        line("_bucket", bound, static_cast<double>(count));
    }
    line("_sum", {}, sum);
    line("_count", {}, static_cast<double>(count));
}

std::string Exposition::text() const {
    std::string text;
    for (const Description& metric : kRegistry) {
        const std::string& lines = lines_[static_cast<std::size_t>(metric.metric)];
        if (lines.empty()) continue;
        text += "# HELP ";
        text += metric.name;
        text += ' ';
        append_escaped(text, metric.help, false);
        text += "\n# TYPE ";
        text += metric.name;
        text += ' ';
        text += type_name(metric.type);
        text += '\n';
        text += lines;
    }
    return text;
}

}  // namespace koshelf::core::metrics
