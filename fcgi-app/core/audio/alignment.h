// Alignment: from a place in the text to the second of the audiobook where it is read, and back.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/audio/pace.h"
#include "core/text/text_offset.h"

namespace koshelf::core::audio {

// One known pair. Between two knots the narrator is taken to read evenly.
struct Knot {
    text::TextOffset offset;
    double seconds = 0;

    friend bool operator==(const Knot&, const Knot&) = default;
};

enum class StretchKind {
    kMatched,       // sections and chapters that correspond
    kLine,          // no borders known inside: one line through the narrated text
    kUnmatched,     // text and audio of which neither found its counterpart, laid over each other
    kSkippedText,   // not read aloud: takes next to no time
    kSkippedAudio,  // not in the text (credits): takes no text
};

// A part of the book with one explanation. Stretches are in order and touch in both text and time.
struct Stretch {
    StretchKind kind = StretchKind::kMatched;
    text::TextOffset begin;
    text::TextOffset end;
    double start_seconds = 0;
    double end_seconds = 0;
    std::size_t section_begin = 0;  // half-open ranges into Narration::sections and AudioTimeline::chapters()
    std::size_t section_end = 0;
    std::size_t chapter_begin = 0;
    std::size_t chapter_end = 0;
    double confidence = 0;  // 0..1: estimated chance that a position converted here is within a minute
    double deviation = 0;   // seconds: expected standard deviation, if the correspondence is right
};

enum class AlignmentMethod {
    kChapters,  // chapters of the audio found in the text
    kLine,      // marks are missing, meaningless or contradict the text
};

struct AudioPosition {
    double seconds = 0;
    double confidence = 0;
    std::size_t stretch = 0;
};

struct TextPlace {
    text::TextOffset offset;
    double confidence = 0;
    std::size_t stretch = 0;
};

// Immutable. Guarantees: both directions are monotone, and text -> audio -> text gives the same offset again
// (audio -> text -> audio -> text the same offset, audio -> text -> audio the same second to within a
// character where text is read).
class Alignment {
  public:
    // `knots`: not empty; offsets and seconds not decreasing. `stretches`: not empty, in order.
    Alignment(std::vector<Knot> knots, std::vector<Stretch> stretches, AlignmentMethod method, Pace pace);

    // The second where the text at `offset` is read (clamped to the book). Text that is not read aloud gives
    // the moment where the narration left the text before it, to within half a second. O(log n).
    [[nodiscard]] AudioPosition seconds_at(text::TextOffset offset) const;

    // The text that is read at `seconds` (clamped to the book). Credits give the text that follows, closing
    // ones the end of the book. O(log n).
    [[nodiscard]] TextPlace offset_at(double seconds) const;

    [[nodiscard]] std::span<const Knot> knots() const { return knots_; }
    [[nodiscard]] std::span<const Stretch> stretches() const { return stretches_; }
    [[nodiscard]] AlignmentMethod method() const { return method_; }
    [[nodiscard]] const Pace& pace() const { return pace_; }

    // Mean confidence over the audio's time, 0..1.
    [[nodiscard]] double confidence() const { return confidence_; }

  private:
    std::vector<Knot> knots_;
    std::vector<Stretch> stretches_;
    AlignmentMethod method_;
    Pace pace_;
    double confidence_ = 0;
};

[[nodiscard]] std::string_view to_string(StretchKind kind);
[[nodiscard]] std::string_view to_string(AlignmentMethod method);

// For people: "high" from 0.8 on, "medium" from 0.5, else "low".
[[nodiscard]] std::string_view confidence_word(double confidence);

}  // namespace koshelf::core::audio
