#include "core/text/sections.h"

#include <algorithm>

#include "core/text/narration.h"

namespace koshelf::core::text {
namespace {

struct Cut {
    Section section;
    bool from_item = false;
};

std::string join(const std::vector<std::string>& titles) {
    std::string out;
    for (const std::string& title : titles) {
        if (title.empty()) continue;
        if (!out.empty()) out += " / ";
        out += title;
    }
    return out;
}

// One cut per mark, with the titles of the entries that enclose it.
std::vector<Cut> cuts_of_marks(const std::vector<TocMark>& marks) {
    std::vector<Cut> cuts;
    std::vector<std::string> enclosing;
    for (const TocMark& mark : marks) {
        enclosing.resize(std::min<std::size_t>(enclosing.size(), mark.level));
        Cut cut;
        cut.section = {mark.title, join(enclosing), mark.offset, 0, mark.item, true, mark.narrated};
        cuts.push_back(std::move(cut));
        enclosing.push_back(mark.title);
    }
    return cuts;
}

void add_item_cuts(const std::vector<SpineItem>& items, const std::vector<std::string>& headings,
                   std::vector<Cut>& cuts) {
    for (std::uint32_t i = 0; i < items.size(); ++i) {
        if (items[i].length == 0) continue;
        Cut cut;
        cut.section.title = headings[i];
        cut.section.start = items[i].start;
        cut.section.item = i;
        cut.section.narrated = weight_of_title(headings[i]);
        cut.from_item = true;
        cuts.push_back(std::move(cut));
    }
}

// `later` begins where `earlier` does: it takes the place, and the earlier title becomes its parent.
void take_over(Section& earlier, Section later) {
    const std::string outer = earlier.parent.empty() ? earlier.title : earlier.parent + " / " + earlier.title;
    const bool enclosed = later.parent == outer || earlier.title == later.title || earlier.title.empty();
    if (!enclosed && later.parent.find(earlier.title) == std::string::npos) {
        later.parent = later.parent.empty() ? outer : later.parent + " / " + earlier.title;
    }
    earlier = std::move(later);
}

}  // namespace

std::vector<Section> make_sections(const std::vector<SpineItem>& items,
                                   const std::vector<std::string>& headings,
                                   const std::vector<TocMark>& marks, TextLength length) {
    std::vector<Cut> cuts = cuts_of_marks(marks);
    add_item_cuts(items, headings, cuts);
    std::stable_sort(cuts.begin(), cuts.end(),
                     [](const Cut& a, const Cut& b) { return a.section.start < b.section.start; });
    std::vector<Section> sections;
    for (Cut& cut : cuts) {
        if (cut.section.start.value >= length) continue;
        const bool same_place = !sections.empty() && sections.back().start == cut.section.start;
        if (same_place && cut.from_item) {
            sections.back().item = cut.section.item;
        } else if (same_place) {
            take_over(sections.back(), std::move(cut.section));
        } else {
            sections.push_back(std::move(cut.section));
        }
    }
    for (std::size_t i = 0; i < sections.size(); ++i) {
        const TextLength end = i + 1 < sections.size() ? sections[i + 1].start.value : length;
        sections[i].length = end - sections[i].start.value;
        sections[i].narrated = std::min(sections[i].narrated, items[sections[i].item].narrated);
    }
    return sections;
}

}  // namespace koshelf::core::text
