#include "core/audio/layout.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace koshelf::core::audio {
namespace {

// Opening and closing announcements that no mark sets apart, from experience ("This is …", "… end of …").
constexpr double kHiddenOpening = 15;
constexpr double kHiddenClosing = 10;
constexpr double kMostHidden = 0.05;  // of the stretch that they are in
// Text that nobody reads gets this much time, so that its characters map back to themselves.
constexpr double kUnreadSeconds = 0.5;

bool is_text(const Stretch& stretch) {
    return stretch.kind != StretchKind::kSkippedText && stretch.kind != StretchKind::kSkippedAudio;
}

Stretch stretch_of(const Narration& narration, const AudioTimeline& timeline, const MatchStep& step) {
    Stretch stretch;
    stretch.section_begin = step.section_begin;
    stretch.section_end = step.section_end;
    stretch.chapter_begin = step.chapter_begin;
    stretch.chapter_end = step.chapter_end;
    const auto begin_of = [&narration](std::size_t i) {
        return i < narration.sections.size() ? narration.sections[i].begin : narration.end();
    };
    const auto start_of = [&timeline](std::size_t j) {
        return j < timeline.chapters().size() ? timeline.chapters()[j].start : timeline.duration();
    };
    stretch.begin = begin_of(step.section_begin);
    stretch.end = begin_of(step.section_end);
    stretch.start_seconds = start_of(step.chapter_begin);
    stretch.end_seconds = start_of(step.chapter_end);
    stretch.confidence = step.certainty;
    const bool text = step.section_begin < step.section_end;
    stretch.kind = step.matched() ? StretchKind::kMatched
                   : text         ? StretchKind::kSkippedText
                                  : StretchKind::kSkippedAudio;
    return stretch;
}

// Text first: the moment the narration stops is the moment of the unread text that follows.
MatchStep joined(std::span<const MatchStep> run) {
    MatchStep whole = run.front();
    whole.section_end = run.back().section_end;
    whole.chapter_end = run.back().chapter_end;
    for (const MatchStep& step : run) whole.certainty = std::min(whole.certainty, step.certainty);
    return whole;
}

bool misses_counterparts(const Narration& narration, const AudioTimeline& timeline, const MatchStep& run,
                         std::span<const MatchChapter> chapters) {
    double spoken = 0;
    for (std::size_t i = run.section_begin; i < run.section_end; ++i) {
        if (narration.sections[i].narrated >= 0.5) spoken += narration.sections[i].spoken;
    }
    double seconds = 0;
    for (std::size_t j = run.chapter_begin; j < run.chapter_end; ++j) {
        if (chapters[j].skip_cost > 1) seconds += timeline.chapters()[j].duration();
    }
    return spoken > kFullSection && seconds > 60;
}

}  // namespace

std::vector<Stretch> stretches_of(const Narration& narration, const AudioTimeline& timeline,
                                  const Matching& matching, std::span<const MatchChapter> chapters) {
    std::vector<Stretch> stretches;
    const std::span<const MatchStep> steps(matching.steps);
    for (std::size_t at = 0; at < steps.size();) {
        std::size_t end = at + 1;
        if (!steps[at].matched()) {
            while (end < steps.size() && !steps[end].matched()) ++end;
        }
        const MatchStep run = joined(steps.subspan(at, end - at));
        at = end;
        if (end - 1 < steps.size() && steps[end - 1].matched()) {
            stretches.push_back(stretch_of(narration, timeline, run));
        } else if (misses_counterparts(narration, timeline, run, chapters)) {
            stretches.push_back(stretch_of(narration, timeline, run));
            stretches.back().kind = StretchKind::kUnmatched;
        } else {
            MatchStep text = run;
            text.chapter_end = run.chapter_begin;
            MatchStep audio = run;
            audio.section_begin = run.section_end;
            if (text.section_begin < text.section_end)
                stretches.push_back(stretch_of(narration, timeline, text));
            if (audio.chapter_begin < audio.chapter_end)
                stretches.push_back(stretch_of(narration, timeline, audio));
        }
    }
    return stretches;
}

std::vector<Stretch> line_stretches(const Narration& narration, const AudioTimeline& timeline, double opening,
                                    double closing) {
    const auto& sections = narration.sections;
    const auto read = [](const NarrationSection& section) { return section.narrated >= 0.5; };
    const auto first = std::find_if(sections.begin(), sections.end(), read);
    const auto last = std::find_if(sections.rbegin(), sections.rend(), read);
    const bool any = first != sections.end();
    const std::size_t begin = any ? static_cast<std::size_t>(first - sections.begin()) : 0;
    const std::size_t end =
        any ? sections.size() - static_cast<std::size_t>(last - sections.rbegin()) : sections.size();
    const std::size_t chapters = timeline.chapters().size();

    std::vector<Stretch> stretches;
    const auto add = [&](std::size_t from, std::size_t to, double start, double stop, StretchKind kind) {
        Stretch stretch = stretch_of(narration, timeline, {from, to, 0, 0, 1});
        stretch.kind = kind;
        stretch.start_seconds = start;
        stretch.end_seconds = stop;
        stretch.chapter_begin = kind == StretchKind::kLine ? 0 : timeline.chapter_at(start);
        stretch.chapter_end = kind == StretchKind::kLine ? chapters : stretch.chapter_begin;
        stretches.push_back(stretch);
    };
    const double stop = timeline.duration() - closing;
    if (begin > 0) add(0, begin, 0, 0, StretchKind::kSkippedText);
    if (opening > 0) add(begin, begin, 0, opening, StretchKind::kSkippedAudio);
    add(begin, end, opening, stop, StretchKind::kLine);
    if (end < sections.size()) add(end, sections.size(), stop, stop, StretchKind::kSkippedText);
    if (closing > 0)
        add(sections.size(), sections.size(), stop, timeline.duration(), StretchKind::kSkippedAudio);
    return stretches;
}

Credits hidden_credits(std::span<const Stretch> stretches, const Stretch& stretch) {
    const double most = kMostHidden * (stretch.end_seconds - stretch.start_seconds);
    const bool credits_before = stretch.start_seconds > 1;
    const bool credits_after = !stretches.empty() && stretches.back().end_seconds - stretch.end_seconds > 1;
    return {credits_before ? 0 : std::min(kHiddenOpening, most),
            credits_after ? 0 : std::min(kHiddenClosing, most)};
}

namespace {

// A knot of the curve before it is scaled: `raw` seconds at the estimated pace.
struct RawKnot {
    text::TextOffset offset;
    double raw = 0;
};

// Whether the audio pauses behind section `i`: it does not if the chapter goes on.
bool ends_chapter(const Narration& narration, std::size_t i) {
    return i + 1 == narration.sections.size() || narration.sections[i + 1].starts_chapter;
}

void add_section(std::vector<RawKnot>& curve, const NarrationSection& section, const Pace& pace,
                 bool ends_chapter) {
    const double start = curve.empty() ? 0 : curve.back().raw;
    const double fullness = std::min(1.0, section.spoken / kFullSection);
    const double lead_in = section.starts_chapter ? pace.lead_in * fullness : 0;
    const auto raw_at = [&](double spoken) { return start + lead_in + spoken / pace.rate; };
    const double total = std::max(section.spoken, 1e-3);
    curve.push_back({section.begin, start});
    const text::TextOffset heading{std::max(section.heading_end.value, section.begin.value + 1)};
    if (lead_in > 0 && heading < section.end) {
        // The announcement is heard before or with the heading; the text proper starts after it.
        const double first = section.marks.empty() ? total : section.marks.front().spoken;
        curve.push_back(
            {heading, raw_at(std::min<double>(heading.value - section.begin.value, 0.5 * first))});
    }
    for (const SpokenMark& mark : section.marks) {
        if (mark.offset > curve.back().offset && mark.offset < section.end)
            curve.push_back({mark.offset, raw_at(mark.spoken)});
    }
    curve.push_back({section.end, raw_at(total)});
    if (ends_chapter) curve.push_back({section.end, raw_at(total) + pace.lead_out * fullness});
}

std::vector<RawKnot> raw_curve(const Narration& narration, const Stretch& stretch, const Pace& pace) {
    std::vector<RawKnot> curve;
    for (std::size_t i = stretch.section_begin; i < stretch.section_end; ++i) {
        const NarrationSection& section = narration.sections[i];
        if (section.narrated < 0.5 && stretch.section_end - stretch.section_begin > 1) {
            const double start = curve.empty() ? 0 : curve.back().raw;
            curve.push_back({section.begin, start});
            curve.push_back({section.end, start + kUnreadSeconds});
        } else {
            add_section(curve, section, pace, ends_chapter(narration, i));
        }
    }
    return curve;
}

double raw_at(std::span<const RawKnot> curve, text::TextOffset offset) {
    const auto after =
        std::upper_bound(curve.begin(), curve.end(), offset,
                         [](text::TextOffset value, const RawKnot& knot) { return value < knot.offset; });
    if (after == curve.begin()) return curve.front().raw;
    if (after == curve.end()) return curve.back().raw;
    const RawKnot& a = *(after - 1);
    const RawKnot& b = *after;
    return a.raw + (b.raw - a.raw) * static_cast<double>(offset.value - a.offset.value) /
                       static_cast<double>(b.offset.value - a.offset.value);
}

// Knots of one stretch of text, scaled piece by piece between its borders and the calibrations inside.
void draw_text(std::vector<Knot>& knots, const Narration& narration, const Stretch& stretch, const Pace& pace,
               Credits credits, std::span<const Calibration> calibrations) {
    std::vector<RawKnot> curve = raw_curve(narration, stretch, pace);
    if (curve.empty()) return;
    std::vector<Knot> anchors{{stretch.begin, stretch.start_seconds + credits.opening}};
    const double end = stretch.end_seconds - credits.closing;
    for (const Calibration& point : calibrations) {
        const bool inside = point.offset > stretch.begin && point.offset < stretch.end &&
                            point.seconds > anchors.back().seconds && point.seconds < end;
        if (!inside) continue;
        anchors.push_back({point.offset, point.seconds});
        const RawKnot knot{point.offset, raw_at(curve, point.offset)};
        const auto place =
            std::lower_bound(curve.begin(), curve.end(), knot.offset,
                             [](const RawKnot& k, text::TextOffset value) { return k.offset < value; });
        if (place == curve.end() || place->offset != knot.offset) curve.insert(place, knot);
    }
    anchors.push_back({stretch.end, end});

    if (credits.opening > 0) knots.push_back({stretch.begin, stretch.start_seconds});
    std::size_t piece = 0;
    for (const RawKnot& knot : curve) {
        while (piece + 2 < anchors.size() && knot.offset > anchors[piece + 1].offset) ++piece;
        const double raw_begin = raw_at(curve, anchors[piece].offset);
        const double raw_end = raw_at(curve, anchors[piece + 1].offset);
        const double share = raw_end > raw_begin ? (knot.raw - raw_begin) / (raw_end - raw_begin) : 0;
        const double span = anchors[piece + 1].seconds - anchors[piece].seconds;
        knots.push_back({knot.offset, anchors[piece].seconds + std::clamp(share, 0.0, 1.0) * span});
    }
    if (credits.closing > 0) knots.push_back({stretch.end, stretch.end_seconds});
}

// Text without time takes a little from the stretch after it, or else before it.
void give_time_to_unread_text(std::vector<Stretch>& stretches) {
    for (std::size_t i = 0; i < stretches.size(); ++i) {
        Stretch& unread = stretches[i];
        if (unread.kind != StretchKind::kSkippedText || unread.end_seconds > unread.start_seconds) continue;
        const auto share = [](const Stretch& s) {
            return std::min(kUnreadSeconds, 0.1 * (s.end_seconds - s.start_seconds));
        };
        if (i + 1 < stretches.size() && share(stretches[i + 1]) > 0) {
            const double taken = share(stretches[i + 1]);
            unread.end_seconds += taken;
            stretches[i + 1].start_seconds += taken;
        } else if (i > 0) {
            const double taken = share(stretches[i - 1]);
            unread.start_seconds -= taken;
            stretches[i - 1].end_seconds -= taken;
        }
    }
}

// Makes every calibration a knot, whatever stood in its way.
void pin_down(std::vector<Knot>& knots, std::span<const Calibration> calibrations) {
    for (const Calibration& point : calibrations) {
        std::erase_if(knots, [&point](const Knot& knot) {
            return (knot.offset <= point.offset && knot.seconds > point.seconds) ||
                   (knot.offset >= point.offset && knot.seconds < point.seconds);
        });
        const Knot knot{point.offset, point.seconds};
        const auto place =
            std::lower_bound(knots.begin(), knots.end(), knot, [](const Knot& a, const Knot& b) {
                return a.offset != b.offset ? a.offset < b.offset : a.seconds < b.seconds;
            });
        if (place == knots.end() || *place != knot) knots.insert(place, knot);
    }
}

}  // namespace

Layout draw(const Narration& narration, std::vector<Stretch> stretches, const Pace& pace,
            std::span<const Calibration> calibrations) {
    give_time_to_unread_text(stretches);
    Layout layout;
    for (const Stretch& stretch : stretches) {
        if (is_text(stretch)) {
            draw_text(layout.knots, narration, stretch, pace, hidden_credits(stretches, stretch),
                      calibrations);
        } else {
            layout.knots.push_back({stretch.begin, stretch.start_seconds});
            layout.knots.push_back({stretch.end, stretch.end_seconds});
        }
    }
    const auto same = std::unique(layout.knots.begin(), layout.knots.end());
    layout.knots.erase(same, layout.knots.end());
    pin_down(layout.knots, calibrations);
    layout.stretches = std::move(stretches);
    return layout;
}

}  // namespace koshelf::core::audio
