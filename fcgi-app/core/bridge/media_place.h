// MediaPlace: where Audiobookshelf has a listener and reader, compared field by field.
#pragma once

#include <optional>
#include <string>

namespace koshelf::core::bridge {

// The position fields of one media progress record. Its `progress` is left out: that is whatever a client
// wrote last, and says nothing that seconds and duration do not.
struct MediaPlace {
    std::optional<double> seconds{};         // from the start of the audiobook; nothing: no audio position
    std::optional<double> ebook_fraction{};  // 0..1, as a reader wrote it
    std::string ebook_location{};  // an EPUB CFI; "" if there is none, or something else stands there
    bool finished = false;         // shared by audio and e-book

    friend bool operator==(const MediaPlace&, const MediaPlace&) = default;
};

// The two halves of a record.
enum class MediaSide { kAudio, kEbook };

// Seconds that players and servers round away.
inline constexpr double kSameSecond = 0.5;

// Whether the record names a place in the audio. Exactly 0 does not: that is what an e-book reader's record
// has, and what "not finished" leaves behind.
[[nodiscard]] bool has_audio_place(const MediaPlace& place);

// Whether it names one in the e-book: a CFI, or a fraction above 0.
[[nodiscard]] bool has_ebook_place(const MediaPlace& place);

[[nodiscard]] bool same_audio_place(const MediaPlace& a, const MediaPlace& b);
[[nodiscard]] bool same_ebook_place(const MediaPlace& a, const MediaPlace& b);

// Which half of `now` names a place that `before` did not have; audio, if both do. Nothing if neither: the
// same place, or one that was taken away (a reset is no place to send a reader to).
[[nodiscard]] std::optional<MediaSide> moved_side(const MediaPlace& before, const MediaPlace& now);

}  // namespace koshelf::core::bridge
