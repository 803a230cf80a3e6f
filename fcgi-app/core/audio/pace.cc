#include "core/audio/pace.h"

#include <algorithm>
#include <cmath>

namespace koshelf::core::audio {
namespace {

// Seconds of a chapter without text, before and behind it.
constexpr double kPriorOverhead = 27;
constexpr double kPriorOverheadSpread = 10;
// Narrators open differently, but close alike: 10 to 12 s behind the last sentence in each of four books of
// one label, whose openings take 10 to 33 s. (Studios are quicker in both; how much is left to the fit.)
constexpr double kLeadOutShare = 0.37;
constexpr double kLongestLeadOut = 12;
constexpr double kPriorSpread = 0.05;
constexpr double kPriorSpreadWeight = 4;  // counts as so many chapters
constexpr int kFittingRounds = 12;
constexpr double kStudentFreedom = 4;

bool usable(const PaceSample& sample) {
    return sample.spoken > 0 && sample.seconds > 0;
}

// Least squares for seconds = overhead * headings + slope * spoken, weights and the prior on the overhead
// included.
struct NormalEquations {
    double hh = 1 / (kPriorOverheadSpread * kPriorOverheadSpread);
    double hs = 0;
    double ss = 0;
    double hy = kPriorOverhead / (kPriorOverheadSpread * kPriorOverheadSpread);
    double sy = 0;

    void add(const PaceSample& sample, double weight) {
        hh += weight * sample.headings * sample.headings;
        hs += weight * sample.headings * sample.spoken;
        ss += weight * sample.spoken * sample.spoken;
        hy += weight * sample.headings * sample.seconds;
        sy += weight * sample.spoken * sample.seconds;
    }

    // False if the samples contradict any forward reading; `pace` is then left alone.
    [[nodiscard]] bool solve(Pace& pace) const {
        const double determinant = hh * ss - hs * hs;
        if (!(determinant > 0)) return false;
        const double overhead = std::clamp((hy * ss - sy * hs) / determinant, 0.0, 60.0);
        const double slope = (sy - hs * overhead) / ss;
        if (!(slope > 0)) return false;
        pace.lead_out = std::min(kLeadOutShare * overhead, kLongestLeadOut);
        pace.lead_in = overhead - pace.lead_out;
        pace.rate = 1 / slope;
        return true;
    }
};

double log_deviation(const PaceSample& sample, const Pace& pace) {
    return std::log(sample.seconds / pace.seconds(sample.spoken, sample.headings));
}

// Median rate: the start that a few wild chapters cannot spoil.
double median_rate(std::span<const PaceSample> samples) {
    double rates[257];
    std::size_t count = 0;
    const std::size_t step = samples.size() / 256 + 1;
    for (std::size_t i = 0; i < samples.size(); i += step) {
        if (!usable(samples[i])) continue;
        const double reading = samples[i].seconds - kPriorOverhead * samples[i].headings;
        rates[count++] = samples[i].spoken / std::max(reading, 0.5 * samples[i].seconds);
    }
    if (count == 0) return 0;
    std::nth_element(rates, rates + count / 2, rates + count);
    return rates[count / 2];
}

double spread_of(std::span<const PaceSample> samples, const Pace& pace, double before) {
    double sum = kPriorSpreadWeight * kPriorSpread * kPriorSpread;
    double weights = kPriorSpreadWeight;
    for (const PaceSample& sample : samples) {
        if (!usable(sample)) continue;
        const double z = log_deviation(sample, pace) / before;
        const double weight = (kStudentFreedom + 1) / (kStudentFreedom + z * z);
        sum += weight * z * z * before * before;
        weights += 1;
    }
    return std::clamp(std::sqrt(sum / weights), 0.02, 1.0);
}

}  // namespace

Pace fit_pace(std::span<const PaceSample> samples) {
    Pace pace;
    const double start = median_rate(samples);
    if (!(start > 0)) return pace;
    pace.rate = start;
    for (int round = 0; round < kFittingRounds; ++round) {
        NormalEquations equations;
        for (const PaceSample& sample : samples) {
            if (!usable(sample)) continue;
            const double z = log_deviation(sample, pace) / pace.spread;
            const double deviation = pace.spread * sample.seconds;
            equations.add(sample,
                          (kStudentFreedom + 1) / (kStudentFreedom + z * z) / (deviation * deviation));
        }
        if (!equations.solve(pace)) break;
        pace.spread = spread_of(samples, pace, pace.spread);
    }
    return pace;
}

double rate_plausibility(double rate) {
    if (!(rate > 0)) return 0;
    const double beyond = std::max({0.0, std::log(7.5 / rate), std::log(rate / 16.5)});
    return std::exp(-(beyond / 0.12) * (beyond / 0.12));
}

}  // namespace koshelf::core::audio
