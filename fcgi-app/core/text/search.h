// Search: words in a text, whatever their case, accents, quotes and blanks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/passage.h"
#include "core/text/text_offset.h"

namespace koshelf::core::text {

class Search {
  public:
    // Longest query in code points, folded; the rest is cut off.
    static constexpr std::size_t kLongest = 200;

    // `query` in UTF-8, folded as core/text/folding.h says. A run of blanks matches any other, and the border
    // between two paragraphs.
    explicit Search(std::string_view query);

    // Nothing to look for is left.
    [[nodiscard]] bool empty() const { return wanted_.empty(); }

    // Where what is wanted begins in `passage`, at or behind `from`, ascending and not overlapping, the first
    // `limit`. `next` is the passage behind it, into which the words may reach; null if there is none.
    [[nodiscard]] std::vector<TextOffset> find_in(const Passage& passage, const Passage* next,
                                                  TextOffset from, std::size_t limit) const;

  private:
    std::u32string wanted_;
};

}  // namespace koshelf::core::text
