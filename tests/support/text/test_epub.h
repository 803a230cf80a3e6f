// TestEpub: EPUBs made in memory, for tests, fuzzing seeds and benches.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text/book.h"

namespace koshelf::core::text::test {

// A zip archive of these files, in order, deflated.
[[nodiscard]] std::string make_zip(const std::vector<std::pair<std::string, std::string>>& files);

class TestEpub {
  public:
    // Adds a content document to manifest and spine; `body` is what stands inside <body>.
    TestEpub& chapter(std::string_view name, std::string_view body,
                      std::string_view head = "<title>t</title>");
    // The same for a whole file, as it is; `attributes` go into its itemref.
    TestEpub& document(std::string_view name, std::string_view content, std::string_view attributes = "");
    // Adds a file that is not in the spine; `manifest` is extra XML for the manifest.
    TestEpub& file(std::string_view path, std::string_view content, std::string_view manifest = "");
    // Inner XML of <nav epub:type="toc"> (EPUB 3) or of <navMap> (EPUB 2).
    TestEpub& nav(std::string_view list);
    TestEpub& ncx(std::string_view points);
    // Inner XML of <guide>.
    TestEpub& guide(std::string_view references);

    [[nodiscard]] std::string bytes() const;

  private:
    std::vector<std::pair<std::string, std::string>> files_;
    std::string manifest_;
    std::string spine_;
    std::string spine_attributes_;
    std::string guide_;
};

// Reads it; throws std::runtime_error with the error's detail where a test expects a good book.
[[nodiscard]] Book read_bytes(std::string_view bytes);

// A well-formed body of awkward shapes, the same for the same seed: nested inlines and blocks, blanks
// everywhere, comments, processing instructions, CDATA, references, pre, ruby, svg, tables, line breaks, very
// long runs.
[[nodiscard]] std::string nasty_body(std::uint32_t seed);

// A book of two such bodies.
[[nodiscard]] Book nasty_book();

// A novel-like body of about `size` bytes: headings, paragraphs hard-wrapped and indented, some emphasis.
[[nodiscard]] std::string novel_body(std::uint32_t seed, std::size_t size);

}  // namespace koshelf::core::text::test
