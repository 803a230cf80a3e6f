// Sections: cutting the text at the headings of the table of contents and at the borders of spine items.
#pragma once

#include <string>
#include <vector>

#include "core/text/text_map.h"

namespace koshelf::core::text {

// A navigation entry that has been found in the text.
struct TocMark {
    std::string title;
    std::uint32_t level = 0;
    std::uint32_t item = 0;  // index of the spine item it points into
    TextOffset offset;
    float narrated = 1.0F;  // by its title and type
};

// `marks` in the order of the table of contents; those that run backwards are taken in text order all the
// same. `headings`: the first heading of each item, "" if none. Entries that fall on one place make one
// section, which is called as the last of them; the others are its parents.
[[nodiscard]] std::vector<Section> make_sections(const std::vector<SpineItem>& items,
                                                 const std::vector<std::string>& headings,
                                                 const std::vector<TocMark>& marks, TextLength length);

}  // namespace koshelf::core::text
