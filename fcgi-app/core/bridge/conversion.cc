#include "core/bridge/conversion.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/text/cfi.h"
#include "core/text/page_count.h"
#include "core/text/percentage.h"
#include "core/text/xpointer.h"

namespace koshelf::core::bridge {
namespace {

// Confidences without an alignment, from the errors measured for percentages: 8 % of the time within a
// minute.
constexpr double kShareOfDuration = 0.1;
// An e-book's own pointer, or a CFI, read in the text it was made for.
constexpr double kSameText = 1.0;
constexpr double kLearnedPointer = 0.3;

double fraction(double value) {
    return std::isfinite(value) ? std::clamp(value, 0.0, 1.0) : 0.0;
}

// The page number of a paged file; nothing for everything else.
std::optional<std::uint32_t> page_number(std::string_view progress) {
    std::uint32_t page = 0;
    const auto [end, error] = std::from_chars(progress.data(), progress.data() + progress.size(), page);
    if (error != std::errc() || end != progress.data() + progress.size() || page == 0) return std::nullopt;
    return page;
}

TextPlace place_in_text(const DevicePosition& position, const text::TextMap& map) {
    const auto resolved = text::resolve_xpointer(map, position.progress);
    // The beginning of a file, for a pointer whose path the file does not have, may be a chapter away.
    const bool lost = !resolved || resolved->resolution == text::Resolution::kAncestor;
    if (!lost) return {.offset = resolved->offset, .exact = true};
    const auto estimate = text::offset_at_percentage(map, position.percentage);
    if (!resolved) return {.offset = estimate.offset, .exact = false};
    const auto distance =
        std::max(estimate.offset, resolved->offset).value - std::min(estimate.offset, resolved->offset).value;
    return {.offset = distance <= estimate.worst_error ? resolved->offset : estimate.offset, .exact = false};
}

MediaTarget with_text(const DevicePosition& position, const BookKnowledge& book) {
    const TextPlace place = place_in_text(position, *book.map);
    MediaTarget target;
    target.tier = place.exact ? Tier::kExact : Tier::kPercentage;
    target.confidence = place.exact ? kSameText : kShareOfDuration;
    target.ebook_location = text::write_cfi(*book.map, place.offset).value_or("");
    if (book.duration <= 0) return target;
    if (book.alignment != nullptr) {
        const auto heard = book.alignment->seconds_at(place.offset);
        target.seconds = std::clamp(heard.seconds, 0.0, book.duration);
        target.confidence = std::min(target.confidence, heard.confidence);
        return target;
    }
    const double length = std::max<double>(1, book.map->length());
    target.seconds = place.offset.value / length * book.duration;
    target.confidence = kShareOfDuration;
    return target;
}

// Where in the text a media place lies; nothing if it names none there.
std::optional<TextPlace> locate(const MediaPlace& place, MediaSide side, const BookKnowledge& book,
                                double& confidence) {
    const double length = book.map->length();
    if (side == MediaSide::kAudio) {
        if (!has_audio_place(place)) return std::nullopt;
        if (book.alignment != nullptr) {
            const auto read = book.alignment->offset_at(*place.seconds);
            confidence = read.confidence;
            return TextPlace{.offset = read.offset, .exact = true};
        }
        if (book.duration <= 0) return std::nullopt;
        confidence = kShareOfDuration;
        const double share = fraction(*place.seconds / book.duration);
        return TextPlace{.offset = {static_cast<std::uint32_t>(share * length)}, .exact = false};
    }
    if (const auto resolved = text::resolve_cfi(*book.map, place.ebook_location)) {
        confidence = kSameText;
        return TextPlace{.offset = resolved->offset, .exact = true};
    }
    if (!place.ebook_fraction) return std::nullopt;
    confidence = kShareOfDuration;
    return TextPlace{.offset = {static_cast<std::uint32_t>(fraction(*place.ebook_fraction) * length)},
                     .exact = false};
}

std::optional<TextTarget> in_known_text(const MediaPlace& place, MediaSide side, const BookKnowledge& book) {
    double confidence = 0;
    const auto found = locate(place, side, book, confidence);
    if (!found) return std::nullopt;
    const auto pointer = text::write_xpointer(*book.map, found->offset);
    if (!pointer) return std::nullopt;
    return TextTarget{.position = {.percentage = text::percentage_at(*book.map, pointer->offset),
                                   .progress = pointer->text},
                      .tier = found->exact ? Tier::kExact : Tier::kPercentage,
                      .confidence = confidence};
}

double share_of_whole(const MediaPlace& place, MediaSide side, const BookKnowledge& book) {
    if (side == MediaSide::kEbook) return fraction(place.ebook_fraction.value_or(0));
    return book.duration > 0 ? fraction(place.seconds.value_or(0) / book.duration) : 0;
}

std::optional<TextTarget> on_known_pages(double share, std::span<const DevicePosition> history) {
    std::vector<text::PageReport> reports;
    for (const DevicePosition& point : history) {
        if (const auto page = page_number(point.progress))
            reports.push_back({.page = *page, .fraction = point.percentage});
    }
    const auto count = text::estimate_page_count(reports);
    if (!count) return std::nullopt;
    const std::uint32_t page = text::page_at_fraction(share, count->pages);
    return TextTarget{.position = {.percentage = text::fraction_of_page(page, count->pages),
                                   .progress = std::to_string(page)},
                      .tier = Tier::kLearned,
                      .confidence = kShareOfDuration};
}

}  // namespace

std::string_view to_string(Tier tier) {
    switch (tier) {
        case Tier::kExact: return "exact";
        case Tier::kLearned: return "learned";
        case Tier::kPercentage: return "percentage";
    }
    return "unknown";
}

std::optional<TextPlace> place_of(const DevicePosition& position, const text::TextMap& map) {
    if (page_number(position.progress)) return std::nullopt;
    return place_in_text(position, map);
}

MediaTarget to_media(const DevicePosition& position, const BookKnowledge& book) {
    MediaTarget target;
    if (book.map != nullptr && book.map->length() > 0 && !page_number(position.progress)) {
        target = with_text(position, book);
    } else if (book.duration > 0) {
        target.seconds = fraction(position.percentage) * book.duration;
        target.confidence = kShareOfDuration;
    }
    target.ebook_fraction = fraction(position.percentage);
    target.finished = position.percentage >= 1;
    return target;
}

std::optional<TextTarget> to_text(const MediaPlace& place, MediaSide side, const BookKnowledge& book,
                                  const std::optional<DevicePosition>& current) {
    const bool paged = current && page_number(current->progress);
    if (book.map != nullptr && !paged) {
        if (auto target = in_known_text(place, side, book)) return target;
    }
    const double share = share_of_whole(place, side, book);
    if (paged) {
        if (auto target = on_known_pages(share, book.history)) return target;
    } else if (const auto known = audio::LearnedPointers(book.history).nearest_before(share)) {
        return TextTarget{.position = *known, .tier = Tier::kLearned, .confidence = kLearnedPointer};
    }
    if (!current || current->progress.empty()) return std::nullopt;
    return TextTarget{.position = {.percentage = share, .progress = current->progress},
                      .tier = Tier::kPercentage,
                      .confidence = kShareOfDuration,
                      .pointer_kept = true};
}

}  // namespace koshelf::core::bridge
