// An alignment for people: tables. (For programs: align_json.h.)
#pragma once

#include <string>

#include "core/audio/accuracy.h"
#include "core/audio/alignment.h"
#include "core/audio/narration.h"
#include "core/audio/timeline.h"
#include "core/text/book.h"

namespace koshelf::ctl {

// What a report speaks of; the referred things outlive it.
struct AlignReport {
    const core::text::Book& book;
    const core::audio::Narration& narration;
    const core::audio::AudioTimeline& timeline;
    const core::audio::Alignment& alignment;
};

// One row a section, and one for each chapter without text.
[[nodiscard]] std::string alignment_table(const AlignReport& report);

// Errors against a ground truth, next to those of the percentage alone, and of the way back.
struct Evaluation {
    core::audio::Accuracy seconds;
    core::audio::Accuracy percentage;
    core::audio::Accuracy characters;  // in characters: shares within 30, 60, 300 characters
};
[[nodiscard]] std::string evaluation_table(const Evaluation& evaluation);

// One position in all its forms.
struct Conversion {
    core::text::TextOffset offset;
    double seconds = 0;
    double confidence = 0;
    std::string xpointer;
    double percentage = 0;  // fraction 0..1, as a device would report it
    std::string sentence;   // what is read there
    std::string note;       // how the question was understood, "" if exactly
};
[[nodiscard]] std::string conversion_text(const Conversion& conversion);

// "1:02:03.4"
[[nodiscard]] std::string clock(double seconds);

}  // namespace koshelf::ctl
