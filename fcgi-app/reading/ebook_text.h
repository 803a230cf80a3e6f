// EbookText: the text of a book, as it is kept for those who look for a place in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/text/passage.h"
#include "reading/ebook.h"

namespace koshelf::reading {

struct EbookText {
    std::string index;                  // as core/text/passage writes it
    std::vector<std::string> passages;  // the same, deflated
    std::uint64_t bytes = 0;            // transferred
    std::uint64_t fetches = 0;

    bool operator==(const EbookText&) const = default;
};

// Fetches and reads the book in a process of its own, which ends within `longest`. False from `keep_on` ends
// it earlier.
[[nodiscard]] tl::expected<EbookText, EbookFailure> read_ebook_text(const EbookOrder& order,
                                                                    const std::function<bool()>& keep_on,
                                                                    std::chrono::milliseconds longest);

// The same here and now.
[[nodiscard]] tl::expected<EbookText, EbookFailure> ebook_text_from(RangeSource& source,
                                                                    std::uint64_t download_limit);

// One of EbookText::passages; nothing if that is none.
[[nodiscard]] std::optional<core::text::Passage> passage_from(std::string_view stored);

}  // namespace koshelf::reading
