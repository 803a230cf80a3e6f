// Navigation: the table of contents and the landmarks of a book.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/text/archive.h"
#include "core/text/package.h"

namespace koshelf::core::text {

struct NavigationEntry {
    std::string title;        // blanks collapsed; "" is possible
    std::string path;         // file in the archive; "" for a heading that links nowhere
    std::string anchor;       // id in that file, percent-decoded; "" is its beginning
    std::uint32_t level = 0;  // 0 at the top
};

struct Landmark {
    std::string type;  // "cover", "toc", "bodymatter", "copyright-page", …, lower case
    std::string path;
    std::string anchor;
};

struct Navigation {
    std::vector<NavigationEntry> entries;  // in document order
    std::vector<Landmark> landmarks;       // of the navigation document and of the package's guide
};

// The navigation document (EPUB 3) if it has entries, else the NCX (EPUB 2), else nothing. A broken file is
// no error: the book has fewer titles then. Errors: kLimitExceeded.
[[nodiscard]] Result<Navigation> read_navigation(Archive& archive, const Package& package,
                                                 const EpubLimits& limits);

}  // namespace koshelf::core::text
