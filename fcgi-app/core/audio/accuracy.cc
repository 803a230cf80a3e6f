#include "core/audio/accuracy.h"

#include <algorithm>
#include <cmath>

namespace koshelf::core::audio {

Accuracy accuracy_of(std::vector<WeightedError> errors) {
    Accuracy accuracy;
    std::sort(errors.begin(), errors.end(),
              [](const WeightedError& a, const WeightedError& b) { return a.error < b.error; });
    double total = 0;
    for (const WeightedError& error : errors) total += error.weight;
    if (!(total > 0)) return accuracy;
    double seen = 0;
    for (const WeightedError& error : errors) {
        const double before = seen / total;
        seen += error.weight;
        const double share = seen / total;
        if (before < 0.5 && share >= 0.5) accuracy.median = error.error;
        if (before < 0.9 && share >= 0.9) accuracy.p90 = error.error;
        if (before < 0.99 && share >= 0.99) accuracy.p99 = error.error;
        if (error.error <= 30) accuracy.within_30 = share;
        if (error.error <= 60) accuracy.within_60 = share;
        if (error.error <= 300) accuracy.within_300 = share;
    }
    return accuracy;
}

std::vector<WeightedError> second_errors(const Alignment& alignment, std::span<const SpokenSentence> truth) {
    std::vector<WeightedError> errors;
    errors.reserve(truth.size());
    for (const SpokenSentence& sentence : truth) {
        errors.push_back(
            {std::abs(alignment.seconds_at(sentence.offset).seconds - sentence.seconds), sentence.weight});
    }
    return errors;
}

std::vector<WeightedError> character_errors(const Alignment& alignment,
                                            std::span<const SpokenSentence> truth) {
    std::vector<WeightedError> errors;
    errors.reserve(truth.size());
    for (const SpokenSentence& sentence : truth) {
        const double found = alignment.offset_at(sentence.seconds).offset.value;
        errors.push_back({std::abs(found - static_cast<double>(sentence.offset.value)), sentence.weight});
    }
    return errors;
}

std::vector<WeightedError> percentage_errors(text::TextLength length, double duration,
                                             std::span<const SpokenSentence> truth) {
    std::vector<WeightedError> errors;
    errors.reserve(truth.size());
    for (const SpokenSentence& sentence : truth) {
        const double share = length > 0 ? static_cast<double>(sentence.offset.value) / length : 0;
        errors.push_back({std::abs(share * duration - sentence.seconds), sentence.weight});
    }
    return errors;
}

}  // namespace koshelf::core::audio
