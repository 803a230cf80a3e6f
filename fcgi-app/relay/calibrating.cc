#include "relay/calibrating.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
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

// Of the same text and audio, and not both right.
bool contradict(const store::StoredCalibration& a, const store::StoredCalibration& b) {
    return a.text == b.text && std::abs(a.duration - b.duration) <= kSameDuration &&
           core::audio::contradict(point_of(a), point_of(b));
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
    const auto stays = [&](const store::StoredCalibration& old) {
        return !fits(old, book) || !contradict(old, said);
    };
    const auto goes = std::stable_partition(entries.begin(), entries.end(), stays);
    const auto contradicted = static_cast<std::size_t>(entries.end() - goes);
    said.replaced.assign(goes, entries.end());
    entries.erase(goes, entries.end());
    while (entries.size() >= kMostCalibrations) {
        said.replaced.push_back(std::move(entries.front()));
        entries.erase(entries.begin());
    }
    for (store::StoredCalibration& old : said.replaced) old.replaced.clear();
    entries.push_back(std::move(said));
    return contradicted;
}

bool remove_calibration(std::vector<store::StoredCalibration>& entries, std::string_view id, bool undo) {
    const auto found = std::ranges::find(entries, id, &store::StoredCalibration::id);
    if (found == entries.end()) return false;
    std::vector<store::StoredCalibration> back = std::move(found->replaced);
    entries.erase(found);
    if (!undo) return true;
    // What is there now was said later, or did not contradict them then.
    std::erase_if(back, [&entries](const store::StoredCalibration& old) {
        return std::ranges::any_of(entries, [&old](const auto& said) { return contradict(said, old); });
    });
    std::ranges::move(back, std::back_inserter(entries));
    std::ranges::stable_sort(entries, {}, [](const auto& said) { return number_of(said.id); });
    if (entries.size() > kMostCalibrations)
        entries.erase(entries.begin(), entries.end() - static_cast<std::ptrdiff_t>(kMostCalibrations));
    return true;
}

}  // namespace koshelf::relay
