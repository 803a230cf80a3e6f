// How far an alignment is from the truth, over a whole narration.
#pragma once

#include <span>
#include <vector>

#include "core/audio/alignment.h"
#include "core/text/text_offset.h"

namespace koshelf::core::audio {

// The sentence at `offset` is heard from `seconds` on for `weight` seconds, as someone has listened and
// found.
struct SpokenSentence {
    text::TextOffset offset;
    double seconds = 0;
    double weight = 0;
};

// Quantiles and shares of absolute errors, weighted by time. Errors in seconds of audio or in characters.
struct Accuracy {
    double median = 0;
    double p90 = 0;
    double p99 = 0;
    double within_30 = 0;  // shares 0..1
    double within_60 = 0;
    double within_300 = 0;
};

struct WeightedError {
    double error = 0;
    double weight = 0;
};

// All zeros if the weights sum up to nothing.
[[nodiscard]] Accuracy accuracy_of(std::vector<WeightedError> errors);

// |predicted - true| seconds of every sentence.
[[nodiscard]] std::vector<WeightedError> second_errors(const Alignment& alignment,
                                                       std::span<const SpokenSentence> truth);

// |predicted - true| characters for the start of every sentence.
[[nodiscard]] std::vector<WeightedError> character_errors(const Alignment& alignment,
                                                          std::span<const SpokenSentence> truth);

// The same for what needs no alignment: share of all characters x duration.
[[nodiscard]] std::vector<WeightedError> percentage_errors(text::TextLength length, double duration,
                                                           std::span<const SpokenSentence> truth);

}  // namespace koshelf::core::audio
