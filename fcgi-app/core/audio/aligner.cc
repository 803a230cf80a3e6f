#include "core/audio/aligner.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/audio/layout.h"
#include "core/audio/matching.h"
#include "core/audio/title.h"
#include "core/audio/trust.h"

namespace koshelf::core::audio {
namespace {

// Nats that marks may lack to pass for chapters: most marks are, since cuts by the clock have been told
// apart.
constexpr double kBenefitOfDoubt = 1;
// Nats against numbers that count the opening credits.
constexpr double kCountedCredits = 1;
constexpr int kRounds = 5;

double median_duration(const AudioTimeline& timeline) {
    std::vector<double> seconds;
    for (const AudioChapter& chapter : timeline.chapters()) seconds.push_back(chapter.duration());
    const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
    std::nth_element(seconds.begin(), middle, seconds.end());
    return *middle;
}

// The longer, the less likely that a chapter has nothing to do with the text; credits and edges are
// exceptions.
double skip_cost(const AudioTimeline& timeline, std::size_t j, TitleRole role, double median) {
    const AudioChapter& chapter = timeline.chapters()[j];
    const double size = std::min(1.0, chapter.duration() / median);
    if (role != TitleRole::kPlain && chapter.duration() < 240) return 0.2;
    const bool edge = j == 0 || j + 1 == timeline.chapters().size();
    if (edge && chapter.duration() < 120) return 0.7 + 2 * size;
    return (chapter.named ? 3 : 1.5) + 3 * size;
}

std::vector<TitleFacts> audio_titles(const AudioTimeline& timeline) {
    std::vector<TitleFacts> titles;
    for (const AudioChapter& chapter : timeline.chapters()) titles.push_back(read_title(chapter.title));
    return titles;
}

// "001", "002", …, or "Chapter 1", …: numbers that programs gave, from the first mark to the last.
bool numbered_by_position(std::span<const TitleFacts> titles) {
    int next = 1;
    for (const TitleFacts& title : titles) {
        if (title.numbers.size() != 1 || !title.words.empty() || title.numbers[0].value != next++ ||
            title.numbers[0].unit == TitleUnit::kFile)
            return false;
    }
    return titles.size() > 2;
}

// What they mean if the first mark holds the opening credits.
std::vector<TitleFacts> counted_from_the_second(std::vector<TitleFacts> titles) {
    for (TitleFacts& title : titles) --title.numbers[0].value;
    titles.front().numbers.clear();
    titles.front().role = TitleRole::kOpening;
    return titles;
}

// One attempt to align, with all that its steps share.
class Aligner {
  public:
    Aligner(const Narration& narration, const AudioTimeline& timeline,
            std::span<const Calibration> calibrations, std::vector<TitleFacts> titles)
        : narration_(narration),
          timeline_(timeline),
          calibrations_(consistent(calibrations, narration.end(), timeline.duration())),
          text_titles_(text_titles(narration)),
          audio_titles_(std::move(titles)),
          evidence_(text_titles_, audio_titles_) {
        build_problem();
        if (timeline_.chapters().size() > 1) matching_ = match();
    }

    // Nats; the lower, the better chapters and sections fit. Infinite if none do.
    [[nodiscard]] double cost() const {
        const bool found = std::any_of(matching_.steps.begin(), matching_.steps.end(),
                                       [](const MatchStep& s) { return s.matched(); });
        return found ? matching_.cost + belief_cost() : HUGE_VAL;
    }

    Alignment draw_alignment() {
        return cost() - baseline_cost() < kBenefitOfDoubt ? by_chapters(matching_) : by_line();
    }

  private:
    static std::vector<TitleFacts> text_titles(const Narration& narration) {
        std::vector<TitleFacts> titles;
        for (const NarrationSection& section : narration.sections) {
            TitleFacts facts = read_title(section.title);
            const TitleFacts parent = read_title(section.parent);
            facts.numbers.insert(facts.numbers.begin(), parent.numbers.begin(), parent.numbers.end());
            titles.push_back(std::move(facts));
        }
        return titles;
    }

    void build_problem() {
        for (const NarrationSection& section : narration_.sections) {
            problem_.sections.push_back({section.spoken, section.narrated, section.starts_chapter});
        }
        const double median = median_duration(timeline_);
        for (std::size_t j = 0; j < timeline_.chapters().size(); ++j) {
            problem_.chapters.push_back(
                {timeline_.chapters()[j].duration(), skip_cost(timeline_, j, audio_titles_[j].role, median)});
        }
        if (problem_.sections.size() > 1'000'000 / std::max<std::size_t>(1, problem_.chapters.size())) {
            problem_.sections.clear();
            return;
        }
        problem_.title_log_odds.reserve(problem_.sections.size() * problem_.chapters.size());
        for (std::size_t i = 0; i < problem_.sections.size(); ++i) {
            for (std::size_t j = 0; j < problem_.chapters.size(); ++j) {
                problem_.title_log_odds.push_back(static_cast<float>(title_log_odds(i, j)));
            }
        }
        for (const Calibration& point : calibrations_) {
            const auto after = std::upper_bound(
                narration_.sections.begin(), narration_.sections.end(), point.offset,
                [](text::TextOffset value, const NarrationSection& s) { return value < s.begin; });
            const auto section = static_cast<std::size_t>(
                std::max<std::ptrdiff_t>(1, after - narration_.sections.begin()) - 1);
            problem_.pins.push_back({section, timeline_.chapter_at(point.seconds)});
        }
    }

    // The first section of a part may be announced by the part's name.
    [[nodiscard]] double title_log_odds(std::size_t i, std::size_t j) const {
        const double own = evidence_.log_odds(i, j);
        const std::string& parent = narration_.sections[i].parent;
        if (parent.empty() || (i > 0 && narration_.sections[i - 1].parent == parent)) return own;
        const TitleFacts part[] = {read_title(parent)};
        const TitleFacts chapter[] = {audio_titles_[j]};
        return std::max(own, 0.7 * TitleEvidence(part, chapter).log_odds(0, 0));
    }

    [[nodiscard]] double spoken_total() const {
        double spoken = 0;
        for (const MatchSection& section : problem_.sections) {
            if (section.narrated >= 0.5) spoken += section.spoken;
        }
        return spoken;
    }

    [[nodiscard]] double chapters_expected() const {
        double headings = 0;
        for (const MatchSection& section : problem_.sections) {
            if (section.narrated >= 0.5 && section.starts_chapter)
                headings += std::min(1.0, section.spoken / kFullSection);
        }
        return headings;
    }

    // All text read aloud in all of the time, credits aside.
    [[nodiscard]] Pace overall_pace(double seconds) const {
        const PaceSample whole[] = {{spoken_total(), std::max(0.1, chapters_expected()), seconds}};
        Pace pace = fit_pace(whole);
        pace.lead_in = Pace{}.lead_in;
        pace.lead_out = Pace{}.lead_out;
        const double unspoken = (pace.lead_in + pace.lead_out) * chapters_expected();
        pace.rate = spoken_total() / std::max(seconds - unspoken, 0.5 * seconds);
        if (!(pace.rate > 0)) pace.rate = Pace{}.rate;
        pace.spread = Pace{}.spread;
        return pace;
    }

    [[nodiscard]] double unheard(std::span<const Stretch> stretches, const Stretch& stretch) const {
        const Credits credits = hidden_credits(stretches, stretch);
        return credits.opening + credits.closing;
    }

    void refit(const Matching& matching) {
        const std::vector<Stretch> stretches =
            stretches_of(narration_, timeline_, matching, problem_.chapters);
        std::vector<PaceSample> samples;
        for (const Stretch& s : stretches) {
            if (s.kind != StretchKind::kMatched) continue;
            const MatchStep step{s.section_begin, s.section_end, s.chapter_begin, s.chapter_end, 0};
            samples.push_back(pace_sample(problem_, step, unheard(stretches, s)));
        }
        if (!samples.empty()) problem_.pace = fit_pace(samples);
    }

    // Pace and matching depend on each other: alternate until they agree. Wrong beliefs about what is read
    // aloud spoil the first guess, so that slower and faster ones are tried too.
    Matching match() {
        Matching best;
        Pace best_pace;
        double best_cost = HUGE_VAL;
        const Pace first = overall_pace(timeline_.duration());
        for (const double factor : {1.0, 0.75, 1.35}) {
            problem_.pace = first;
            problem_.pace.rate *= factor;
            problem_.pace.spread = 0.08;
            Matching matching;
            for (int round = 0; round < kRounds; ++round) {
                Matching next = best_matching(problem_);
                if (next.steps.empty()) return {};
                const bool settled = round > 0 && std::abs(next.cost - matching.cost) < 1e-3;
                matching = std::move(next);
                if (settled) break;
                refit(matching);
            }
            const double cost = matching.cost + belief_cost();
            if (cost >= best_cost) continue;
            best_cost = cost;
            best = std::move(matching);
            best_pace = problem_.pace;
            if (found_its_pace(best)) break;
        }
        problem_.pace = best_pace;
        weigh_certainty(problem_, best);
        return best;
    }

    // Nats for a pace that no narrator has: a rate out of this world, or chapters that each have their own.
    // (Over many books the spread is 3 to 5 %; arbitrary marks reach 10 to 30 % however well they are
    // matched.)
    [[nodiscard]] double belief_cost() const {
        const double excess = std::max(0.0, std::log(problem_.pace.spread / 0.045)) / 0.35;
        return 0.5 * excess * excess - 2 * std::log(rate_plausibility(problem_.pace.rate) + 0.01);
    }

    // No need to try other paces: this one is a narrator's, and explains most chapters.
    [[nodiscard]] bool found_its_pace(const Matching& matching) const {
        return belief_cost() < 1 && matching.cost < -static_cast<double>(timeline_.chapters().size());
    }

    // What even a line has to assume: the cost of text that is or is not read, and of credits.
    [[nodiscard]] double baseline_cost() const {
        double cost = 0;
        for (const MatchSection& section : problem_.sections) {
            const double share = std::min(1.0, section.spoken / kFullSection);
            cost -= share * std::log(std::max(section.narrated, 1 - section.narrated));
        }
        return cost;
    }

    Alignment finish(std::vector<Stretch> stretches, AlignmentMethod method, const TitleEvidence* titles) {
        assess(stretches, narration_, timeline_, problem_.pace, titles, calibrations_.size());
        Layout layout = draw(narration_, std::move(stretches), problem_.pace, calibrations_);
        return {std::move(layout.knots), std::move(layout.stretches), method, problem_.pace};
    }

    Alignment by_chapters(const Matching& matching) {
        return finish(stretches_of(narration_, timeline_, matching, problem_.chapters),
                      AlignmentMethod::kChapters, &evidence_);
    }

    // Marks that fit nowhere are cuts by the clock, or a sign that this is another edition: more so if they
    // claim to be chapters.
    [[nodiscard]] double trust_without_marks() const {
        if (timeline_.chapters().size() < 2) return 1;
        const auto claims =
            std::count_if(audio_titles_.begin(), audio_titles_.end(), [](const TitleFacts& title) {
                if (title.role != TitleRole::kPlain) return false;
                const bool chapter =
                    !title.numbers.empty() && title.numbers.back().unit == TitleUnit::kChapter;
                return chapter || (title.numbers.empty() && !title.words.empty());
            });
        return 2 * claims > static_cast<std::ptrdiff_t>(audio_titles_.size()) ? 0.4 : 0.7;
    }

    Alignment by_line() {
        const auto chapters = timeline_.chapters();
        const auto is_credits = [&](std::size_t j) {
            return chapters.size() > 2 && audio_titles_[j].role != TitleRole::kPlain &&
                   chapters[j].duration() < 240;
        };
        const double opening = is_credits(0) ? chapters.front().duration() : 0;
        const double closing = is_credits(chapters.size() - 1) ? chapters.back().duration() : 0;
        problem_.pace = overall_pace(timeline_.duration() - opening - closing);
        std::vector<Stretch> stretches = line_stretches(narration_, timeline_, opening, closing);
        for (Stretch& stretch : stretches) stretch.confidence = trust_without_marks();
        return finish(std::move(stretches), AlignmentMethod::kLine, nullptr);
    }

    const Narration& narration_;
    const AudioTimeline& timeline_;
    std::vector<Calibration> calibrations_;
    std::vector<TitleFacts> text_titles_;
    std::vector<TitleFacts> audio_titles_;
    TitleEvidence evidence_;
    MatchProblem problem_;
    Matching matching_;
};

// Without text there is one place for all seconds.
Alignment empty_alignment(const AudioTimeline& timeline) {
    Stretch stretch;
    stretch.kind = StretchKind::kSkippedAudio;
    stretch.end_seconds = timeline.duration();
    stretch.chapter_end = timeline.chapters().size();
    return {{{{}, 0}, {{}, timeline.duration()}}, {stretch}, AlignmentMethod::kLine, Pace{}};
}

}  // namespace

Alignment align(const Narration& narration, const AudioTimeline& timeline,
                std::span<const Calibration> calibrations) {
    if (narration.sections.empty() || narration.end().value == 0) return empty_alignment(timeline);
    const std::vector<TitleFacts> titles = audio_titles(timeline);
    Aligner as_named(narration, timeline, calibrations, titles);
    if (!numbered_by_position(titles)) return as_named.draw_alignment();
    Aligner behind_credits(narration, timeline, calibrations, counted_from_the_second(titles));
    const bool better = behind_credits.cost() + kCountedCredits < as_named.cost();
    return (better ? behind_credits : as_named).draw_alignment();
}

}  // namespace koshelf::core::audio
