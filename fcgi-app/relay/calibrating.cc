#include "relay/calibrating.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace koshelf::relay {
namespace {

// Seconds that servers round away.
constexpr double kSameDuration = 1;

core::audio::Calibration point_of(const store::StoredCalibration& said) {
    return {.offset = {said.offset}, .seconds = said.seconds};
}

core::EpochMillis number_of(const std::string& id) {
    core::EpochMillis number = 0;
    std::from_chars(id.data(), id.data() + id.size(), number);
    return number;
}

}  // namespace

store::BookPair pair_of(const Subject& subject) {
    return {.item = subject.item, .text_item = subject.text_item};
}

std::string text_name(const core::text::TextMap& map) {
    return map.identity().partial_md5 + ":" + std::to_string(map.length());
}

bool fits(const store::StoredCalibration& said, const Book& book) {
    return book.map && said.text == text_name(*book.map) && said.offset < book.map->length() &&
           std::abs(said.duration - book.duration) <= kSameDuration;
}

std::vector<core::audio::Calibration> fitting(const std::vector<store::StoredCalibration>& entries,
                                              const Book& book) {
    std::vector<core::audio::Calibration> points;
    for (const store::StoredCalibration& said : entries) {
        if (fits(said, book)) points.push_back(point_of(said));
    }
    return points;
}

std::size_t add_calibration(std::vector<store::StoredCalibration>& entries, store::StoredCalibration said,
                            const Book& book, core::EpochMillis now) {
    // Ids grow, also if the clock does not.
    core::EpochMillis id = now;
    for (const store::StoredCalibration& old : entries) id = std::max(id, number_of(old.id) + 1);
    said.id = std::to_string(id);
    said.text = text_name(*book.map);
    said.duration = book.duration;
    const std::size_t contradicted = std::erase_if(entries, [&](const store::StoredCalibration& old) {
        return fits(old, book) && core::audio::contradict(point_of(old), point_of(said));
    });
    entries.push_back(std::move(said));
    if (entries.size() > kMostCalibrations)
        entries.erase(entries.begin(), entries.end() - static_cast<std::ptrdiff_t>(kMostCalibrations));
    return contradicted;
}

}  // namespace koshelf::relay
