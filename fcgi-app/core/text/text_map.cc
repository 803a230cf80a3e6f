#include "core/text/text_map.h"

#include <algorithm>

#include "core/text/structure.h"

namespace koshelf::core::text {
namespace {

// The last element that starts at or before `offset`, skipping empty ones that share a start with a longer
// one.
template <typename Part>
std::size_t last_starting_by(const std::vector<Part>& parts, TextOffset offset) {
    const auto after = std::upper_bound(parts.begin(), parts.end(), offset,
                                        [](TextOffset o, const Part& part) { return o < part.start; });
    return after == parts.begin() ? 0 : static_cast<std::size_t>(after - parts.begin() - 1);
}

}  // namespace

TextMap::TextMap() : structure_(std::make_shared<const Structure>()) {}

TextMap::TextMap(std::shared_ptr<const Structure> structure) : structure_(std::move(structure)) {}

const BookIdentity& TextMap::identity() const {
    return structure_->identity;
}

TextLength TextMap::length() const {
    return structure_->length;
}

std::span<const SpineItem> TextMap::items() const {
    return structure_->items;
}

std::span<const Section> TextMap::sections() const {
    return structure_->sections;
}

ItemPosition TextMap::position_of(TextOffset offset) const {
    const std::vector<SpineItem>& items = structure_->items;
    if (items.empty()) return {};
    std::size_t index = last_starting_by(items, std::min(offset, TextOffset{structure_->length}));
    // An image at the end of the book starts at the end too: the end belongs to the last text.
    while (index > 0 && items[index].length == 0) --index;
    const TextLength character =
        std::min(offset.value - std::min(offset.value, items[index].start.value), items[index].length);
    return {static_cast<std::uint32_t>(index), character};
}

TextOffset TextMap::offset_of(ItemPosition position) const {
    const std::vector<SpineItem>& items = structure_->items;
    if (position.item >= items.size()) return TextOffset{structure_->length};
    const SpineItem& item = items[position.item];
    return TextOffset{item.start.value + std::min(position.character, item.length)};
}

std::size_t TextMap::section_of(TextOffset offset) const {
    return last_starting_by(structure_->sections, offset);
}

double TextMap::narrated_length() const {
    double total = 0;
    for (const Section& section : structure_->sections) {
        total += static_cast<double>(section.length) * static_cast<double>(section.narrated);
    }
    return total;
}

}  // namespace koshelf::core::text
