#include "core/audio/calibration.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/audio/trust.h"

namespace koshelf::core::audio {
namespace {

// A hundred thousand characters in a second: even text that is left out takes that long, so that every
// character keeps a moment of its own.
constexpr double kLeastSecondsPerCharacter = 1e-5;

// What a border may be off without being doubted, and how much faster or slower a narrator may become.
constexpr double kSlack = 15;
constexpr double kDrift = 0.2;
constexpr double kMostStretched = 4;
// Beyond this a curve is not scaled any more: a straight line replaces it.
constexpr double kMostScaled = 100;

// A place whose second is certain: `before` by the alignment, `after` as it is to be.
struct Pin {
    text::TextOffset offset;
    double before = 0;
    double after = 0;
    bool given = false;  // by the user; else an end of the book

    [[nodiscard]] double displacement() const { return after - before; }
};

bool believable(const Pin& pin, double border) {
    const double span = std::abs(border - pin.before);
    const double scale = std::abs(border - pin.after) / std::max(span, 1e-9);
    return std::abs(pin.displacement()) <= kSlack + kDrift * span && scale <= kMostStretched &&
           scale >= 1 / kMostStretched;
}

bool displaced_alike(const Pin& a, const Pin& b) {
    return a.given && b.given && std::abs(a.displacement()) > kSlack && std::abs(b.displacement()) > kSlack &&
           (a.displacement() > 0) == (b.displacement() > 0);
}

// What becomes of the seconds between two pins: straight pieces between points (before, after).
class Warp {
  public:
    Warp(const Pin& a, const Pin& b, std::span<const Stretch> stretches) {
        const double span = b.before - a.before;
        const double scale = span > 0 ? (b.after - a.after) / span : 0;
        scaled_ = scale >= 1 / kMostScaled && scale <= kMostScaled;
        points_.emplace_back(a.before, a.after);
        if (scaled_ && !displaced_alike(a, b)) add_borders(a, b, stretches);
        points_.emplace_back(b.before, b.after);
    }

    // False: the curve between the pins is given up for a straight line.
    [[nodiscard]] bool scaled() const { return scaled_; }

    [[nodiscard]] double operator()(double seconds) const {
        auto end = std::lower_bound(points_.begin() + 1, points_.end() - 1, seconds,
                                    [](const auto& point, double value) { return point.first < value; });
        const auto& [from, from_after] = *(end - 1);
        const auto& [to, to_after] = *end;
        const double share = to > from ? std::clamp((seconds - from) / (to - from), 0.0, 1.0) : 1;
        return std::clamp(from_after + share * (to_after - from_after), from_after, to_after);
    }

  private:
    // Borders of stretches that are believed stay where they are.
    void add_borders(const Pin& a, const Pin& b, std::span<const Stretch> stretches) {
        for (const Stretch& stretch : stretches) {
            const double border = stretch.start_seconds;
            const bool inside = border > std::max(a.before, a.after) && border < std::min(b.before, b.after);
            if (inside && border > points_.back().first && believable(a, border) && believable(b, border))
                points_.emplace_back(border, border);
        }
    }

    std::vector<std::pair<double, double>> points_;
    bool scaled_ = false;
};

// The ends of the book and what the user says between them.
std::vector<Pin> pins_for(const Alignment& alignment, std::span<const Calibration> calibrations) {
    const Knot& first = alignment.knots().front();
    const Knot& last = alignment.knots().back();
    std::vector<Pin> pins{{first.offset, first.seconds, first.seconds, false}};
    for (const Calibration& point : calibrations) {
        // The text on either side needs a moment, however short.
        const double least =
            first.seconds + kLeastSecondsPerCharacter * (point.offset.value - first.offset.value);
        const double most =
            last.seconds - kLeastSecondsPerCharacter * (last.offset.value - point.offset.value);
        if (point.offset < first.offset || point.offset >= last.offset || least > most) continue;
        pins.push_back({point.offset, alignment.seconds_at(point.offset).seconds,
                        std::clamp(point.seconds, least, most), true});
    }
    pins.push_back({last.offset, last.seconds, last.seconds, false});
    return pins;
}

bool lies_behind(const Knot& knot, const Pin& pin) {
    return knot.offset != pin.offset ? knot.offset > pin.offset : knot.seconds > pin.before;
}

bool lies_before(const Knot& knot, const Pin& pin) {
    return knot.offset != pin.offset ? knot.offset < pin.offset : knot.seconds < pin.before;
}

std::vector<Knot> warp_knots(std::span<const Knot> knots, std::span<const Pin> pins,
                             std::span<const Warp> warps) {
    std::vector<Knot> out;
    auto knot = knots.begin();
    for (std::size_t i = 0; i < pins.size(); ++i) {
        out.push_back({pins[i].offset, pins[i].after});
        while (knot != knots.end() && !lies_behind(*knot, pins[i])) ++knot;
        if (i == warps.size()) break;
        for (; knot != knots.end() && lies_before(*knot, pins[i + 1]); ++knot) {
            if (warps[i].scaled()) out.push_back({knot->offset, warps[i](knot->seconds)});
        }
    }
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

double warped(double seconds, std::span<const Pin> pins, std::span<const Warp> warps) {
    const auto end = std::lower_bound(pins.begin() + 1, pins.end() - 1, seconds,
                                      [](const Pin& pin, double value) { return pin.before < value; });
    return warps[static_cast<std::size_t>(end - pins.begin()) - 1](seconds);
}

}  // namespace

bool contradict(const Calibration& a, const Calibration& b) {
    const Calibration& first = a.offset < b.offset ? a : b;
    const Calibration& second = a.offset < b.offset ? b : a;
    if (first.offset == second.offset) return true;
    return second.seconds - first.seconds <
           kLeastSecondsPerCharacter * (second.offset.value - first.offset.value);
}

std::vector<Calibration> consistent(std::span<const Calibration> calibrations, text::TextOffset end,
                                    double duration) {
    std::vector<Calibration> kept;
    for (const Calibration& point : calibrations) {
        if (!std::isfinite(point.seconds) || point.offset > end) continue;
        const Calibration clamped{point.offset, std::clamp(point.seconds, 0.0, duration)};
        std::erase_if(kept, [&clamped](const Calibration& old) { return contradict(old, clamped); });
        kept.push_back(clamped);
    }
    std::sort(kept.begin(), kept.end(),
              [](const Calibration& a, const Calibration& b) { return a.offset < b.offset; });
    return kept;
}

Alignment bent(const Alignment& alignment, std::span<const Calibration> calibrations) {
    const Knot& last = alignment.knots().back();
    const auto points = consistent(calibrations, last.offset, last.seconds);
    const std::vector<Pin> pins = pins_for(alignment, points);
    if (pins.size() == 2) return alignment;
    std::vector<Warp> warps;
    for (std::size_t i = 0; i + 1 < pins.size(); ++i)
        warps.emplace_back(pins[i], pins[i + 1], alignment.stretches());

    std::vector<Stretch> stretches(alignment.stretches().begin(), alignment.stretches().end());
    for (Stretch& stretch : stretches) {
        stretch.start_seconds = warped(stretch.start_seconds, pins, warps);
        stretch.end_seconds = warped(stretch.end_seconds, pins, warps);
        const auto inside = std::ranges::count_if(points, [&stretch](const Calibration& point) {
            return point.offset >= stretch.begin && point.offset < stretch.end;
        });
        confirm(stretch, static_cast<std::size_t>(inside));
    }
    return {warp_knots(alignment.knots(), pins, warps), std::move(stretches), alignment.method(),
            alignment.pace()};
}

}  // namespace koshelf::core::audio
