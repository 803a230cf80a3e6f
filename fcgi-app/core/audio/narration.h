// A book's text as a narrator would go through it: the text side of an alignment.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/text/book_text.h"
#include "core/text/text_map.h"
#include "core/text/text_offset.h"

namespace koshelf::core::audio {

// How far a narrator has come at `offset`: `spoken` (core/audio/spoken_length.h) since the section's start.
struct SpokenMark {
    text::TextOffset offset;
    double spoken = 0;
};

// A stretch of text that may correspond to a chapter of the audio. Neighbours touch: begin == previous end.
struct NarrationSection {
    std::string title;   // "" if it has none
    std::string parent;  // title of the part it belongs to, "" at the top
    text::TextOffset begin;
    text::TextOffset end;
    text::TextOffset heading_end;   // == begin if the text does not start with the title
    double spoken = 0;              // spoken length of the whole section
    double narrated = 1;            // 0..1: how likely it is read aloud
    bool starts_chapter = true;     // false: goes on with the section before (a chapter in several files)
    std::vector<SpokenMark> marks;  // increasing, inside the section; may be empty: then linear in characters
};

// Spoken length from which a section counts whole. Of less (a heading alone, a dedication, a part's page) it
// hardly shows whether it was read.
inline constexpr double kFullSection = 1500;

struct Narration {
    std::vector<NarrationSection> sections;
    std::string language;  // of the text, "" if unknown

    [[nodiscard]] text::TextOffset end() const {
        return sections.empty() ? text::TextOffset{} : sections.back().end;
    }
};

// From a text map alone: lengths are counted in characters.
[[nodiscard]] Narration narration_of(const text::TextMap& map);

// With the text at hand: spoken lengths, marks about every thousand characters, and the ends of headings.
[[nodiscard]] Narration narration_of(const text::TextMap& map, const text::BookText& text);

}  // namespace koshelf::core::audio
