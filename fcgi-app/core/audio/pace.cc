#include "core/audio/pace.h"

#include <algorithm>
#include <cmath>

namespace koshelf::core::audio {
namespace {

constexpr double kPriorLeadIn = 12;
constexpr double kPriorLeadInSpread = 10;
constexpr double kPriorSpread = 0.05;
constexpr double kPriorSpreadWeight = 4;  // counts as so many chapters
constexpr int kRounds = 12;
constexpr double kStudentFreedom = 4;

bool usable(const PaceSample& sample) {
    return sample.spoken > 0 && sample.seconds > 0;
}

// Least squares for seconds = lead_in * headings + slope * spoken, weights and the prior on lead_in included.
struct NormalEquations {
    double hh = 1 / (kPriorLeadInSpread * kPriorLeadInSpread);
    double hs = 0;
    double ss = 0;
    double hy = kPriorLeadIn / (kPriorLeadInSpread * kPriorLeadInSpread);
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
        double lead_in = (hy * ss - sy * hs) / determinant;
        lead_in = std::clamp(lead_in, 0.0, 60.0);
        const double slope = (sy - hs * lead_in) / ss;
        if (!(slope > 0)) return false;
        pace.lead_in = lead_in;
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
        const double reading = samples[i].seconds - kPriorLeadIn * samples[i].headings;
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
    for (int round = 0; round < kRounds; ++round) {
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
