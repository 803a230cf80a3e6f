// Books and narrations made for tests: every second of them is known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/audio/accuracy.h"
#include "core/audio/narration.h"
#include "core/audio/timeline.h"

namespace koshelf::core::audio::testing {

struct MadeChapter {
    std::string title;
    std::uint32_t characters = 10000;
    double narrated = 1;
    std::string parent = {};
    bool starts_chapter = true;
};

// A narrator: characters a second, seconds of silence before each chapter, and by how much (relative) the
// pace of each chapter differs from the rest (deterministic in `seed`).
struct Narrator {
    double rate = 12;
    double lead_in = 5;
    double unevenness = 0.03;
    unsigned seed = 1;
};

// What is read when: one entry a chapter of the text, in order.
struct Reading {
    double start = 0;  // seconds; start == end for what is not read
    double end = 0;
};

// Pseudo-random numbers, 0..1, the same on every machine.
class Dice {
  public:
    explicit Dice(unsigned seed) : state_(seed * 2654435761U + 1) {}
    double roll();
    std::size_t below(std::size_t count) {
        return static_cast<std::size_t>(roll() * static_cast<double>(count));
    }

  private:
    std::uint64_t state_;
};

[[nodiscard]] Narration make_narration(const std::vector<MadeChapter>& chapters);

// Chapters with narrated >= 0.5 are read one after the other from `opening` seconds on.
[[nodiscard]] std::vector<Reading> read_aloud(const std::vector<MadeChapter>& chapters,
                                              const Narrator& narrator, double opening = 0);

// One audio chapter for each that is read, named by its title; credits before and after if
// `opening`/`closing`.
[[nodiscard]] RawAudiobook record(const std::vector<MadeChapter>& chapters,
                                  const std::vector<Reading>& reading, double opening = 0,
                                  double closing = 0);

// True positions: `per_chapter` places in every chapter that is read.
[[nodiscard]] std::vector<SpokenSentence> truth_of(const Narration& narration,
                                                   const std::vector<Reading>& reading,
                                                   const Narrator& narrator, int per_chapter = 20);

// Chapters named `prefix` 1..count, lengths between 6000 and 18000 characters.
[[nodiscard]] std::vector<MadeChapter> made_chapters(std::size_t count, const std::string& prefix,
                                                     unsigned seed = 1);

}  // namespace koshelf::core::audio::testing
