#include "core/bridge/media_place.h"

#include <cmath>

namespace koshelf::core::bridge {
namespace {

constexpr double kSameFraction = 1e-6;

bool close(const std::optional<double>& a, const std::optional<double>& b, double tolerance) {
    if (!a || !b) return a.has_value() == b.has_value();
    return std::abs(*a - *b) <= tolerance;
}

}  // namespace

bool has_audio_place(const MediaPlace& place) {
    return place.seconds && *place.seconds > 0;
}

bool has_ebook_place(const MediaPlace& place) {
    return !place.ebook_location.empty() || (place.ebook_fraction && *place.ebook_fraction > 0);
}

bool same_audio_place(const MediaPlace& a, const MediaPlace& b) {
    if (!has_audio_place(a) || !has_audio_place(b)) return has_audio_place(a) == has_audio_place(b);
    return close(a.seconds, b.seconds, kSameSecond);
}

bool same_ebook_place(const MediaPlace& a, const MediaPlace& b) {
    if (!has_ebook_place(a) || !has_ebook_place(b)) return has_ebook_place(a) == has_ebook_place(b);
    // A CFI says exactly where; the fraction beside it may be of another reader's making.
    if (!a.ebook_location.empty() && a.ebook_location == b.ebook_location) return true;
    return a.ebook_location == b.ebook_location && close(a.ebook_fraction, b.ebook_fraction, kSameFraction);
}

std::optional<MediaSide> moved_side(const MediaPlace& before, const MediaPlace& now) {
    if (has_audio_place(now) && !same_audio_place(before, now)) return MediaSide::kAudio;
    if (has_ebook_place(now) && !same_ebook_place(before, now)) return MediaSide::kEbook;
    return std::nullopt;
}

}  // namespace koshelf::core::bridge
