#include "core/audio/matching.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace koshelf::core::audio {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr std::size_t kMostPairs = 1'000'000;
constexpr std::size_t kMostInGroup = 400;
constexpr double kPinCost = 15;
constexpr double kSlackSeconds = 15;  // pauses and announcements: what even a perfect match may be off by
constexpr double kJoinCost = 0.7;     // nats for several on one side

double log_add(double a, double b) {
    if (a < b) std::swap(a, b);
    return b == -kNever ? a : a + std::log1p(std::exp(b - a));
}

// The grid of (sections used, chapters used) and the steps that leave each point of it.
class Grid {
  public:
    explicit Grid(const MatchProblem& problem) : problem_(problem) {
        double spoken = 0;
        for (const MatchSection& section : problem.sections) {
            text_.push_back(spoken);
            if (section.narrated >= 0.5) spoken += section.spoken;
        }
        text_.push_back(spoken);
        double seconds = 0;
        for (const MatchChapter& chapter : problem.chapters) {
            audio_.push_back(seconds);
            seconds += chapter.seconds;
        }
        audio_.push_back(seconds);
        const std::size_t pairs = sections() * chapters();
        if (pairs > 20'000) band_ = pairs > 200'000 ? 0.1 : 0.2;
    }

    [[nodiscard]] std::size_t sections() const { return problem_.sections.size(); }
    [[nodiscard]] std::size_t chapters() const { return problem_.chapters.size(); }
    [[nodiscard]] std::size_t width() const { return chapters() + 1; }
    [[nodiscard]] std::size_t size() const { return (sections() + 1) * width(); }
    [[nodiscard]] double text_before(std::size_t section) const { return text_[section]; }

    // In big grids only points near the diagonal are visited.
    [[nodiscard]] bool visited(std::size_t i, std::size_t j) const {
        if (band_ >= 1) return true;
        const double text = text_.back() > 0 ? text_[i] / text_.back() : 0;
        const double audio = audio_.back() > 0 ? audio_[j] / audio_.back() : 0;
        return std::abs(text - audio) <= band_ || i + j == 0 || i + j == sections() + chapters();
    }

    // Calls step(i2, j2, cost) for every step from (i, j).
    template <typename Step>
    void for_each_step(std::size_t i, std::size_t j, Step&& step) const {
        if (i < sections()) step(i + 1, j, skip_section(i));
        if (j < chapters()) step(i, j + 1, problem_.chapters[j].skip_cost + pins(i, i, j, j + 1));
        if (i < sections() && j < chapters()) {
            join_sections(i, j, step);
            join_chapters(i, j, step);
        }
    }

  private:
    [[nodiscard]] const MatchSection& section(std::size_t i) const { return problem_.sections[i]; }
    [[nodiscard]] double weight(std::size_t i) const {
        return std::min(1.0, section(i).spoken / kFullSection);
    }
    [[nodiscard]] double read_cost(std::size_t i) const {
        return -std::log(std::max(0.03, section(i).narrated)) * weight(i);
    }
    [[nodiscard]] double unread_cost(std::size_t i) const {
        return -std::log(1 - std::min(0.97, section(i).narrated)) * weight(i) + 0.1;
    }
    [[nodiscard]] double skip_section(std::size_t i) const {
        // Leaving out a long chapter is less likely than leaving out a short one.
        const double body = section(i).narrated >= 0.5 ? std::min(3.0, section(i).spoken / 5000) : 0;
        return unread_cost(i) + body + pins(i, i + 1, 0, 0);
    }

    [[nodiscard]] double pins(std::size_t i, std::size_t i2, std::size_t j, std::size_t j2) const {
        double cost = 0;
        for (const MatchPin& pin : problem_.pins) {
            const bool text = i <= pin.section && pin.section < i2;
            const bool audio = j <= pin.chapter && pin.chapter < j2;
            if (text != audio) cost += kPinCost;
        }
        return cost;
    }

    [[nodiscard]] float title(std::size_t i, std::size_t j) const {
        return problem_.title_log_odds[i * chapters() + j];
    }

    // Density of the length's deviation under a match (Student, so that one song does not break a book)
    // against that of borders falling anywhere; `choices` sections inside make a good fit by chance as much
    // likelier.
    [[nodiscard]] double length_cost(double predicted, double seconds, double choices) const {
        const double slack = kSlackSeconds / std::max(seconds, 1.0);
        const double spread = std::sqrt(problem_.pace.spread * problem_.pace.spread + slack * slack);
        const double z = std::log(seconds / predicted) / spread;
        return std::log(spread) + 0.98 + 2.5 * std::log1p(z * z / 4) + std::log(choices);
    }

    template <typename Step>
    void join_sections(std::size_t i, std::size_t j, Step&& step) const {
        const double seconds = problem_.chapters[j].seconds;
        const double begin = section(i).starts_chapter ? 0 : 2;
        double spoken = 0;
        double headings = 0;
        double reading = 0;
        double choices = 0;
        float names = -std::numeric_limits<float>::infinity();
        for (std::size_t i2 = i; i2 < sections() && i2 - i < kMostInGroup; ++i2) {
            const bool alone = i2 == i;
            const bool read = section(i2).narrated >= 0.5;
            if (!alone && !(section(i).narrated >= 0.5)) return;
            reading += read || alone ? read_cost(i2) : unread_cost(i2);
            if (read || alone) {
                spoken += section(i2).spoken;
                headings += section(i2).starts_chapter ? weight(i2) : 0;
            }
            if (section(i2).starts_chapter || alone) choices += alone ? 1 : weight(i2);
            names = std::max(names, title(i2, j) - (alone ? 0.0F : 0.5F));
            const double predicted = std::max(0.2, problem_.pace.seconds(spoken, std::max(headings, 0.1)));
            if (!alone && predicted > 2.5 * seconds + 60) return;
            if (!alone && !read) continue;  // the last one of a group is heard
            const double joined = choices > 1.01 ? kJoinCost : 0;
            step(i2 + 1, j + 1,
                 begin + reading + joined + length_cost(predicted, seconds, std::max(1.0, choices)) -
                     static_cast<double>(names) + pins(i, i2 + 1, j, j + 1));
        }
    }

    template <typename Step>
    void join_chapters(std::size_t i, std::size_t j, Step&& step) const {
        const double predicted = std::max(
            0.2, problem_.pace.seconds(section(i).spoken, section(i).starts_chapter ? weight(i) : 0.1));
        double seconds = problem_.chapters[j].seconds;
        float names = title(i, j);
        for (std::size_t j2 = j + 1; j2 < chapters() && j2 - j < kMostInGroup; ++j2) {
            seconds += problem_.chapters[j2].seconds;
            if (seconds > 2.5 * predicted + 60) return;
            names = std::max(names, title(i, j2) - 0.5F);
            const auto choices = static_cast<double>(j2 - j + 1);
            step(i + 1, j2 + 1,
                 kJoinCost + read_cost(i) + (section(i).starts_chapter ? 0 : 2) +
                     length_cost(predicted, seconds, choices) - static_cast<double>(names) +
                     pins(i, i + 1, j, j2 + 1));
        }
    }

    const MatchProblem& problem_;
    std::vector<double> text_;   // spoken units before each section
    std::vector<double> audio_;  // seconds before each chapter
    double band_ = 1;
};

bool worth_matching(const MatchProblem& problem) {
    return !problem.sections.empty() && !problem.chapters.empty() &&
           problem.sections.size() <= kMostPairs / problem.chapters.size();
}

}  // namespace

Matching best_matching(const MatchProblem& problem) {
    Matching matching;
    if (!worth_matching(problem)) return matching;
    const Grid grid(problem);
    const std::size_t width = grid.width();
    std::vector<double> cost(grid.size(), kNever);
    std::vector<std::size_t> from(grid.size(), 0);
    cost[0] = 0;
    for (std::size_t i = 0; i <= grid.sections(); ++i) {
        for (std::size_t j = 0; j <= grid.chapters(); ++j) {
            const std::size_t here = i * width + j;
            if (cost[here] == kNever || !grid.visited(i, j)) continue;
            grid.for_each_step(i, j, [&](std::size_t i2, std::size_t j2, double step) {
                const std::size_t there = i2 * width + j2;
                if (cost[here] + step >= cost[there]) return;
                cost[there] = cost[here] + step;
                from[there] = here;
            });
        }
    }
    std::size_t at = grid.size() - 1;
    if (cost[at] == kNever) return matching;
    matching.cost = cost[at];
    for (; at != 0; at = from[at]) {
        matching.steps.push_back({from[at] / width, at / width, from[at] % width, at % width, 0});
    }
    std::reverse(matching.steps.begin(), matching.steps.end());
    return matching;
}

void weigh_certainty(const MatchProblem& problem, Matching& matching) {
    if (!worth_matching(problem) || matching.steps.empty()) return;
    const Grid grid(problem);
    const std::size_t width = grid.width();
    std::vector<double> before(grid.size(), -kNever);
    std::vector<double> after(grid.size(), -kNever);
    before.front() = 0;
    after.back() = 0;
    for (std::size_t here = 0; here < grid.size(); ++here) {
        if (before[here] == -kNever || !grid.visited(here / width, here % width)) continue;
        grid.for_each_step(here / width, here % width, [&](std::size_t i, std::size_t j, double step) {
            before[i * width + j] = log_add(before[i * width + j], before[here] - step);
        });
    }
    for (std::size_t here = grid.size() - 1; here-- > 0;) {
        if (!grid.visited(here / width, here % width)) continue;
        grid.for_each_step(here / width, here % width, [&](std::size_t i, std::size_t j, double step) {
            if (after[i * width + j] != -kNever)
                after[here] = log_add(after[here], after[i * width + j] - step);
        });
    }
    // Probability that the text stands within half a minute of section `i` where chapter `j` begins.
    const auto border = [&](std::size_t i, std::size_t j) {
        const double near = 30 * problem.pace.rate;
        double sum = 0;
        for (std::size_t k = 0; k <= grid.sections(); ++k) {
            if (std::abs(grid.text_before(k) - grid.text_before(i)) > near) continue;
            sum += std::exp(before[k * width + j] + after[k * width + j] - after.front());
        }
        return std::min(1.0, sum);
    };
    for (MatchStep& step : matching.steps) {
        step.certainty = std::min(border(step.section_begin, step.chapter_begin),
                                  border(step.section_end, step.chapter_end));
    }
}

PaceSample pace_sample(const MatchProblem& problem, const MatchStep& step, double unheard_seconds) {
    PaceSample sample{0, 0, 0};
    for (std::size_t i = step.section_begin; i < step.section_end; ++i) {
        const MatchSection& section = problem.sections[i];
        if (section.narrated < 0.5 && step.section_end - step.section_begin > 1) continue;
        sample.spoken += section.spoken;
        if (section.starts_chapter) sample.headings += std::min(1.0, section.spoken / kFullSection);
    }
    sample.headings = std::max(sample.headings, 0.1);
    for (std::size_t j = step.chapter_begin; j < step.chapter_end; ++j)
        sample.seconds += problem.chapters[j].seconds;
    sample.seconds -= unheard_seconds;
    return sample;
}

}  // namespace koshelf::core::audio
