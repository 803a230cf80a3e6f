#include "core/audio/timeline.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/audio/title.h"

namespace koshelf::core::audio {
namespace {

// Marks closer than this are one; players and taggers round, and mp3 padding shifts ends by hundredths.
constexpr double kShortestChapter = 0.5;
// A gap up to this long is a pause that belongs to the chapter before.
constexpr double kShortestGap = 5;

bool usable(double seconds) {
    return std::isfinite(seconds) && seconds >= 0;
}

double duration_of(const RawAudiobook& raw) {
    double tracks = 0;
    for (const RawTrack& track : raw.tracks) {
        if (usable(track.start) && usable(track.duration))
            tracks = std::max(tracks, track.start + track.duration);
    }
    if (tracks > 0) return tracks;
    if (usable(raw.duration) && raw.duration > 0) return raw.duration;
    double chapters = 0;
    for (const RawChapter& chapter : raw.chapters) {
        if (usable(chapter.end)) chapters = std::max(chapters, chapter.end);
    }
    return chapters;
}

std::vector<AudioChapter> marks_of_chapters(const RawAudiobook& raw) {
    std::vector<AudioChapter> marks;
    for (const RawChapter& chapter : raw.chapters) {
        if (!usable(chapter.start)) continue;
        const bool ends = usable(chapter.end) && chapter.end > chapter.start;
        // Without an end the chapter runs to the next one; with end == start it never was one.
        if (usable(chapter.end) && chapter.end == chapter.start) continue;
        marks.push_back({chapter.start, ends ? chapter.end : HUGE_VAL, chapter.title});
    }
    return marks;
}

std::vector<AudioChapter> marks_of_tracks(const RawAudiobook& raw) {
    std::vector<AudioChapter> marks;
    for (const RawTrack& track : raw.tracks) {
        if (!usable(track.start) || !usable(track.duration) || track.duration <= 0) continue;
        marks.push_back({track.start, track.start + track.duration, track.title});
    }
    return marks;
}

// Sorted, clipped to the book, without overlaps.
std::vector<AudioChapter> in_order(std::vector<AudioChapter> marks, double duration) {
    std::stable_sort(marks.begin(), marks.end(), [](const AudioChapter& a, const AudioChapter& b) {
        return a.start != b.start ? a.start < b.start : a.end > b.end;
    });
    std::vector<AudioChapter> kept;
    for (AudioChapter& mark : marks) {
        mark.end = std::min(mark.end, duration);
        if (mark.end - mark.start < kShortestChapter) continue;
        if (!kept.empty()) {
            AudioChapter& before = kept.back();
            before.end = std::min(before.end, mark.start);
            // Two chapters that start together: the longer one is a container (a part); the shorter one
            // stays.
            if (before.duration() < kShortestChapter) {
                mark.start = before.start;
                kept.pop_back();
            }
        }
        kept.push_back(std::move(mark));
    }
    return kept;
}

std::vector<AudioChapter> without_gaps(std::vector<AudioChapter> marks, double duration) {
    std::vector<AudioChapter> covered;
    double end = 0;
    const auto close = [&covered, &end](double next) {
        if (next - end >= kShortestGap || (covered.empty() && next > end)) {
            covered.push_back({end, next, {}, false});
        } else if (!covered.empty()) {
            covered.back().end = next;
        }
    };
    for (AudioChapter& mark : marks) {
        if (covered.empty() && mark.start < kShortestGap) mark.start = 0;
        close(mark.start);
        end = mark.end;
        covered.push_back(std::move(mark));
    }
    close(duration);
    return covered;
}

// Files of equal length but for the last (CD rips, players' splits): such ends fall anywhere in the text.
// Real chapters never agree to one percent.
bool are_fixed_cuts(std::span<const AudioChapter> chapters) {
    if (chapters.size() < 3) return false;
    std::vector<double> lengths;
    for (const AudioChapter& chapter : chapters.first(chapters.size() - 1)) {
        if (!chapter.named || !read_title(chapter.title).words.empty()) return false;
        lengths.push_back(chapter.duration());
    }
    std::sort(lengths.begin(), lengths.end());
    const double median = lengths[lengths.size() / 2];
    return lengths.back() - lengths.front() <= 0.01 * median && chapters.back().duration() <= 1.01 * median;
}

}  // namespace

std::string_view to_string(TimelineError error) {
    switch (error) {
        case TimelineError::kNoAudio: return "no-audio";
        case TimelineError::kTooManyMarks: return "too-many-marks";
        case TimelineError::kTooLong: return "too-long";
    }
    return "unknown";
}

tl::expected<AudioTimeline, TimelineError> AudioTimeline::make(const RawAudiobook& raw) {
    if (raw.chapters.size() > kMaxMarks || raw.tracks.size() > kMaxMarks) {
        return tl::make_unexpected(TimelineError::kTooManyMarks);
    }
    AudioTimeline timeline;
    timeline.duration_ = duration_of(raw);
    timeline.title_ = raw.title;
    timeline.language_ = raw.language;
    if (timeline.duration_ < kShortestChapter) return tl::make_unexpected(TimelineError::kNoAudio);
    if (timeline.duration_ > kMaxSeconds) return tl::make_unexpected(TimelineError::kTooLong);

    timeline.source_ = MarkSource::kChapters;
    timeline.chapters_ = in_order(marks_of_chapters(raw), timeline.duration_);
    if (timeline.chapters_.size() < 2 && raw.tracks.size() > 1) {
        timeline.source_ = MarkSource::kTracks;
        timeline.chapters_ = in_order(marks_of_tracks(raw), timeline.duration_);
    }
    timeline.chapters_ = without_gaps(std::move(timeline.chapters_), timeline.duration_);
    if (timeline.chapters_.size() < 2) timeline.source_ = MarkSource::kNone;
    if (are_fixed_cuts(timeline.chapters_)) timeline.source_ = MarkSource::kFixedCuts;
    if (timeline.source_ == MarkSource::kNone || timeline.source_ == MarkSource::kFixedCuts) {
        timeline.chapters_ = {{0, timeline.duration_, {}, false}};
    }
    return timeline;
}

std::size_t AudioTimeline::chapter_at(double seconds) const {
    const auto after =
        std::upper_bound(chapters_.begin(), chapters_.end(), seconds,
                         [](double value, const AudioChapter& chapter) { return value < chapter.start; });
    return after == chapters_.begin() ? 0 : static_cast<std::size_t>(after - chapters_.begin()) - 1;
}

}  // namespace koshelf::core::audio
