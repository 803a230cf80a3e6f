// ContentReader: loads one content document of the spine the way KOReader's engine does, styles included.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/text/archive.h"
#include "core/text/fragment.h"
#include "core/text/limits.h"
#include "core/text/package.h"

namespace koshelf::core::text {

class ContentReader {
  public:
    ContentReader(Archive& archive, const EpubLimits& limits) : archive_(archive), limits_(limits) {}

    // Parses and settles the document of a manifest item; a file that is missing or not HTML becomes the
    // engine's placeholder (ContentDocument::readable is false). Never null.
    // `node_budget` is what is left of EpubLimits::nodes. Errors: kLimitExceeded.
    [[nodiscard]] Result<std::unique_ptr<ContentDocument>> read(const ManifestItem& item, NameTable& names,
                                                                std::size_t node_budget);

  private:
    [[nodiscard]] Result<bool> load_html(const ManifestItem& item, NameTable& names,
                                         const MarkupLimits& limits, ContentDocument& document);
    [[nodiscard]] Result<std::shared_ptr<const StyleSheet>> load_styles(const ContentDocument& document,
                                                                        std::string_view base);
    [[nodiscard]] Result<std::string_view> source_of_sheet(const std::string& path);
    [[nodiscard]] Result<void> add_styles(StyleSheet& styles, std::string_view source);

    Archive& archive_;
    EpubLimits limits_;
    std::unordered_map<std::string, std::string> sheets_;  // style sheets by path
    // The rules of what the last document linked to: most documents of a book link to the same.
    std::vector<std::string> linked_paths_;
    std::shared_ptr<const StyleSheet> linked_;
    std::uint64_t style_bytes_ = 0;
    std::uint64_t style_checks_ = 0;
};

}  // namespace koshelf::core::text
