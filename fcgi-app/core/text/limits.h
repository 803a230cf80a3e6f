// What a book may cost. Every limit has a clear error (TextErrorCode::kLimitExceeded, detail names it).
#pragma once

#include <cstddef>
#include <cstdint>

namespace koshelf::core::text {

// Defaults hold the largest real books with room to spare and stop bombs early. Only text entries are ever
// decompressed, so a comic of 300 MB costs its pages' markup, not its images.
struct EpubLimits {
    std::size_t entries = 20'000;                      // names in the archive
    std::uint64_t entry_bytes = 32ULL * 1024 * 1024;   // uncompressed, one entry
    std::uint64_t total_bytes = 128ULL * 1024 * 1024;  // uncompressed, all entries that are read
    std::uint64_t compression_ratio = 1'000;           // of one entry above 1 MiB
    std::size_t nesting = 2'000;                       // open elements
    std::size_t nodes = 1'000'000;                     // elements and text nodes of the whole book
    std::size_t spine_items = 10'000;
    std::uint64_t package_bytes = 8ULL * 1024 * 1024;  // container, package document, NCX: each
    std::uint64_t style_bytes = 32ULL * 1024 * 1024;   // of style sheets, as often as they are parsed
    std::uint64_t style_checks = 200'000'000;          // rules tried on elements and their ancestors
};

}  // namespace koshelf::core::text
