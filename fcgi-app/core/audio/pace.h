// Pace: how fast this narrator reads, estimated from stretches of text matched to stretches of audio.
#pragma once

#include <span>

namespace koshelf::core::audio {

// `spoken` (core/audio/spoken_length.h) was read in `seconds`, with `headings` chapter openings in it.
struct PaceSample {
    double spoken = 0;
    double headings = 1;
    double seconds = 0;
};

struct Pace {
    double rate = 12;      // spoken units a second
    double lead_in = 17;   // seconds at each chapter opening without text: silence, announcements, music
    double lead_out = 10;  // the same at each chapter's end
    double spread = 0.05;  // typical relative deviation of a chapter's length from what the above predict

    [[nodiscard]] double seconds(double spoken, double headings) const {
        return (lead_in + lead_out) * headings + spoken / rate;
    }
};

// Robust joint fit: chapters that fit no common pace (songs, abridged ones, wrong matches) lose their weight.
// What few or equally long chapters cannot tell is taken from experience: 27 s without text in a chapter,
// give or take 10, two thirds of it before the text and one behind it; a spread of 5 %. Samples without text
// or time are ignored; without any, experience alone answers.
[[nodiscard]] Pace fit_pace(std::span<const PaceSample> samples);

// 0..1: how credible it is that a human reads this book unabridged at `rate`. 1 between 7.5 and 16.5.
[[nodiscard]] double rate_plausibility(double rate);

}  // namespace koshelf::core::audio
