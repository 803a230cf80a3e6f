// AudioTimeline: the marks of an audiobook, in order and without contradictions.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace koshelf::core::audio {

// As a media server describes an audiobook; nothing is promised about any value. All times in seconds from
// the start of the book (not of the file).
struct RawTrack {
    double start = 0;
    double duration = 0;
    std::string title;
};
struct RawChapter {
    double start = 0;
    double end = 0;
    std::string title;
};
struct RawAudiobook {
    double duration = 0;
    std::vector<RawTrack> tracks;
    std::vector<RawChapter> chapters;
    std::string title;
    std::string language;  // as the server has it: "en", "English", "" if unknown
};

enum class TimelineError {
    kNoAudio,       // no positive duration can be told: an item without audio
    kTooManyMarks,  // more than AudioTimeline::kMaxMarks
    kTooLong,       // longer than AudioTimeline::kMaxSeconds
};

// Stable, greppable name: "no-audio", ….
[[nodiscard]] std::string_view to_string(TimelineError error);

// Seconds from the start of the book; start < end.
struct AudioChapter {
    double start = 0;
    double end = 0;
    std::string title;
    bool named = true;  // false: a gap between marks, filled so that the chapters cover the book

    [[nodiscard]] double duration() const { return end - start; }
};

// Where the chapters come from. kFixedCuts: marks exist, but cut the book every N minutes whatever the text,
// so that they are not used: one chapter covers all, as with kNone.
enum class MarkSource { kNone, kChapters, kTracks, kFixedCuts };

// Chapters are in order, do not overlap, and cover [0, duration()] without gaps. There is at least one.
class AudioTimeline {
  public:
    static constexpr std::size_t kMaxMarks = 20000;
    static constexpr double kMaxSeconds = 4e6;  // 46 days

    // Sorts; drops marks without length, outside the book or not finite; lets an overlapped chapter end where
    // the next one starts; fills gaps; falls back on the tracks where there are no chapters, as one chapter
    // each. The duration is the end of the last track, else what the server says, else the end of the last
    // chapter.
    [[nodiscard]] static tl::expected<AudioTimeline, TimelineError> make(const RawAudiobook& raw);

    [[nodiscard]] double duration() const { return duration_; }
    [[nodiscard]] std::span<const AudioChapter> chapters() const { return chapters_; }
    [[nodiscard]] MarkSource source() const { return source_; }
    [[nodiscard]] const std::string& title() const { return title_; }
    [[nodiscard]] const std::string& language() const { return language_; }

    // Index of the chapter that is heard at `seconds` (clamped to the book).
    [[nodiscard]] std::size_t chapter_at(double seconds) const;

  private:
    AudioTimeline() = default;

    double duration_ = 0;
    std::vector<AudioChapter> chapters_;
    MarkSource source_ = MarkSource::kNone;
    std::string title_;
    std::string language_;
};

}  // namespace koshelf::core::audio
