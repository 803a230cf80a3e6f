#include "core/text/content_reader.h"

#include <utility>

#include "core/text/encoding.h"

namespace koshelf::core::text {
namespace {

bool is_media(std::string_view media_type) {
    return (media_type.starts_with("image/") && media_type != "image/svg+xml") ||
           media_type.starts_with("audio/") || media_type.starts_with("video/") ||
           media_type.starts_with("font/");
}

}  // namespace

Result<std::unique_ptr<ContentDocument>> ContentReader::read(const ManifestItem& item, NameTable& names,
                                                             std::size_t node_budget) {
    auto document = std::make_unique<ContentDocument>();
    const MarkupLimits limits{limits_.nesting, node_budget};
    auto html = load_html(item, names, limits, *document);
    if (!html) return tl::make_unexpected(html.error());
    const std::string& path = item.path.empty() ? item.href : item.path;
    if (!*html) {
        document->readable = false;
        document->source = looks_like_svg(document->source)
                               ? "<html><body><autoBoxing>" + document->source + "</autoBoxing></body></html>"
                               : placeholder_markup(path, item.media_type, item.id);
        if (auto parsed = parse_document(*document, names, limits); !parsed) {
            return tl::make_unexpected(parsed.error());
        }
    }
    auto styles = load_styles(*document, path);
    if (!styles) return tl::make_unexpected(styles.error());
    const auto settled = settle_document(*document, names, **styles, style_checks_, limits_.style_checks);
    if (!settled) return tl::make_unexpected(settled.error());
    return document;
}

// False if the engine does not take the file for HTML with a body; the source is left in `document` all the
// same.
Result<bool> ContentReader::load_html(const ManifestItem& item, NameTable& names, const MarkupLimits& limits,
                                      ContentDocument& document) {
    if (is_media(item.media_type) || !archive_.contains(item.path)) return false;
    auto bytes = archive_.read(item.path);
    if (!bytes && bytes.error().code == TextErrorCode::kLimitExceeded)
        return tl::make_unexpected(bytes.error());
    if (!bytes) return false;
    DecodedText decoded = decode_document(*bytes);
    document.source = std::move(decoded.utf8);
    if (!looks_like_html(document.source, item.path)) return false;
    if (auto parsed = parse_document(document, names, limits); !parsed)
        return tl::make_unexpected(parsed.error());
    if (!decoded.exact) document.tree.plain = false;
    return !document.tree.bodies.empty();
}

Result<std::shared_ptr<const StyleSheet>> ContentReader::load_styles(const ContentDocument& document,
                                                                     std::string_view base) {
    std::vector<std::string> paths;
    for (const std::string& href : document.tree.style_links) {
        std::string path = locate(archive_, base, href);
        if (archive_.contains(path)) paths.push_back(std::move(path));
    }
    if (!linked_ || paths != linked_paths_) {
        auto linked = std::make_shared<StyleSheet>();
        for (const std::string& path : paths) {
            const auto source = source_of_sheet(path);
            if (!source) return tl::make_unexpected(source.error());
            if (auto added = add_styles(*linked, *source); !added) return tl::make_unexpected(added.error());
        }
        linked_ = std::move(linked);
        linked_paths_ = std::move(paths);
    }
    if (document.tree.style_sources.empty()) return linked_;
    auto styles = std::make_shared<StyleSheet>(*linked_);
    for (const std::string_view source : document.tree.style_sources) {
        if (auto added = add_styles(*styles, source); !added) return tl::make_unexpected(added.error());
    }
    return styles;
}

Result<std::string_view> ContentReader::source_of_sheet(const std::string& path) {
    auto cached = sheets_.find(path);
    if (cached == sheets_.end()) {
        auto bytes = archive_.read(path);
        if (!bytes && bytes.error().code == TextErrorCode::kLimitExceeded)
            return tl::make_unexpected(bytes.error());
        cached = sheets_.emplace(path, bytes ? std::move(*bytes) : std::string()).first;
    }
    return cached->second;
}

Result<void> ContentReader::add_styles(StyleSheet& styles, std::string_view source) {
    style_bytes_ += source.size();
    if (style_bytes_ > limits_.style_bytes) return fail(TextErrorCode::kLimitExceeded, "style sheets");
    styles.add(source);
    return {};
}

}  // namespace koshelf::core::text
