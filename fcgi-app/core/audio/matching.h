// Which sections of the text belong to which chapters of the audio: a dynamic programme over both sequences.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/audio/pace.h"

namespace koshelf::core::audio {

struct MatchSection {
    double spoken = 0;           // core/audio/spoken_length.h
    double narrated = 1;         // 0..1
    bool starts_chapter = true;  // false: goes on with the section before
};

struct MatchChapter {
    double seconds = 0;
    double skip_cost = 3;  // nats for having no counterpart in the text (credits: little)
};

// This section is heard in this chapter, as the user says.
struct MatchPin {
    std::size_t section = 0;
    std::size_t chapter = 0;
};

struct MatchProblem {
    std::vector<MatchSection> sections;
    std::vector<MatchChapter> chapters;
    std::vector<float> title_log_odds;  // sections x chapters, row by row; nats
    std::vector<MatchPin> pins;
    Pace pace;
};

// Half-open index ranges. Both sides filled: they correspond (1:1, n:1 or 1:n). One side empty: the other has
// no counterpart. Steps are in order and use every section and chapter once.
struct MatchStep {
    std::size_t section_begin = 0;
    std::size_t section_end = 0;
    std::size_t chapter_begin = 0;
    std::size_t chapter_end = 0;
    double certainty =
        0;  // 0..1: share of all alignments, by likelihood, whose borders here are (nearly) the same

    [[nodiscard]] bool matched() const { return section_begin < section_end && chapter_begin < chapter_end; }
};

struct Matching {
    std::vector<MatchStep> steps;
    // Nats; below 0: likelier than marks that fall anywhere in the text. Without steps (see below) 0.
    double cost = 0;
};

// The most likely alignment; `certainty` stays 0. No steps if there is nothing to match or too much of it
// (over a million pairs): then a line is as good.
[[nodiscard]] Matching best_matching(const MatchProblem& problem);

// Fills in `certainty` by weighing all other alignments (forward-backward sums).
void weigh_certainty(const MatchProblem& problem, Matching& matching);

// What a matched step says about the pace. `unheard_seconds` of it are not text (credits inside).
[[nodiscard]] PaceSample pace_sample(const MatchProblem& problem, const MatchStep& step,
                                     double unheard_seconds);

}  // namespace koshelf::core::audio
