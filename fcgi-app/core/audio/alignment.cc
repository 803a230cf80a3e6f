#include "core/audio/alignment.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace koshelf::core::audio {
namespace {

double time_weighted_confidence(std::span<const Stretch> stretches) {
    double sum = 0;
    double seconds = 0;
    for (const Stretch& stretch : stretches) {
        // Credits say nothing about the alignment of the book.
        if (stretch.kind == StretchKind::kSkippedAudio || stretch.kind == StretchKind::kSkippedText) continue;
        const double length = stretch.end_seconds - stretch.start_seconds;
        sum += length * stretch.confidence;
        seconds += length;
    }
    return seconds > 0 ? sum / seconds : 0;
}

}  // namespace

Alignment::Alignment(std::vector<Knot> knots, std::vector<Stretch> stretches, AlignmentMethod method,
                     Pace pace)
    : knots_(std::move(knots)),
      stretches_(std::move(stretches)),
      method_(method),
      pace_(pace),
      confidence_(time_weighted_confidence(stretches_)) {}

AudioPosition Alignment::seconds_at(text::TextOffset offset) const {
    const auto after =
        std::upper_bound(knots_.begin(), knots_.end(), offset,
                         [](text::TextOffset value, const Knot& knot) { return value < knot.offset; });
    AudioPosition position;
    if (after == knots_.begin()) {
        position.seconds = after->seconds;
    } else if (after == knots_.end()) {
        position.seconds = knots_.back().seconds;
    } else {
        const Knot& a = *(after - 1);
        const Knot& b = *after;
        const double share =
            static_cast<double>(offset.value - a.offset.value) / (b.offset.value - a.offset.value);
        position.seconds = a.seconds + share * (b.seconds - a.seconds);
    }
    const auto stretch =
        std::upper_bound(stretches_.begin(), stretches_.end(), offset,
                         [](text::TextOffset value, const Stretch& s) { return value < s.begin; });
    position.stretch =
        stretch == stretches_.begin() ? 0 : static_cast<std::size_t>(stretch - stretches_.begin()) - 1;
    position.confidence = stretches_[position.stretch].confidence;
    return position;
}

TextPlace Alignment::offset_at(double seconds) const {
    const auto after = std::upper_bound(knots_.begin(), knots_.end(), seconds,
                                        [](double value, const Knot& knot) { return value < knot.seconds; });
    TextPlace place;
    if (after == knots_.begin() || std::isnan(seconds)) {
        place.offset = knots_.front().offset;
    } else if (after == knots_.end()) {
        place.offset = knots_.back().offset;
    } else {
        const Knot& a = *(after - 1);
        const Knot& b = *after;
        const double share = (seconds - a.seconds) / (b.seconds - a.seconds);
        const double characters = share * static_cast<double>(b.offset.value - a.offset.value);
        place.offset.value = a.offset.value + static_cast<text::TextLength>(std::lround(characters));
    }
    const auto stretch =
        std::upper_bound(stretches_.begin(), stretches_.end(), seconds,
                         [](double value, const Stretch& s) { return value < s.start_seconds; });
    place.stretch =
        stretch == stretches_.begin() ? 0 : static_cast<std::size_t>(stretch - stretches_.begin()) - 1;
    place.confidence = stretches_[place.stretch].confidence;
    return place;
}

std::string_view to_string(StretchKind kind) {
    switch (kind) {
        case StretchKind::kMatched: return "matched";
        case StretchKind::kLine: return "line";
        case StretchKind::kUnmatched: return "unmatched";
        case StretchKind::kSkippedText: return "not-read";
        case StretchKind::kSkippedAudio: return "not-in-text";
    }
    return "unknown";
}

std::string_view to_string(AlignmentMethod method) {
    return method == AlignmentMethod::kChapters ? "chapters" : "line";
}

std::string_view confidence_word(double confidence) {
    if (confidence >= 0.8) return "high";
    return confidence >= 0.5 ? "medium" : "low";
}

}  // namespace koshelf::core::audio
