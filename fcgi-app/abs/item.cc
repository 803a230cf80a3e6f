#include "abs/item.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "abs/json_fields.h"

namespace koshelf::abs {
namespace {

using platform::JsonValue;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

// Expanded and minified items carry the names ready made, others a list of {id, name}.
std::string authors_of(JsonValue metadata) {
    std::string authors = text_field(metadata, "authorName");
    if (!authors.empty()) return authors;
    for (JsonValue each = metadata.member("authors").first(); each.exists(); each = each.next()) {
        const std::string name = text_field(each, "name");
        if (name.empty()) continue;
        if (!authors.empty()) authors += ", ";
        authors += name;
    }
    return authors;
}

double duration_of(JsonValue media) {
    return std::max(number_field(media, "duration").value_or(0), 0.0);
}

std::optional<EbookFile> parse_ebook_file(JsonValue value) {
    EbookFile file;
    const JsonValue metadata = value.member("metadata");
    file.ino = text_field(value, "ino");
    if (file.ino.empty()) return std::nullopt;
    file.filename = text_field(metadata, "filename");
    file.format = lower(text_field(value, "ebookFormat"));
    if (file.format.empty()) {
        const std::string extension = lower(text_field(metadata, "ext"));
        file.format = extension.starts_with('.') ? extension.substr(1) : extension;
    }
    const double size = number_field(metadata, "size").value_or(0);
    if (size > 0 && size < 1e15) file.size = static_cast<std::uint64_t>(size);
    file.mtime = time_field(metadata, "mtimeMs");
    return file;
}

// Ebooks among the item's files, but for the primary one.
std::vector<EbookFile> supplementary_of(JsonValue item, const std::optional<EbookFile>& primary) {
    constexpr std::size_t kMost = 1000;
    std::vector<EbookFile> found;
    const JsonValue files = item.member("libraryFiles");
    if (!files.is_array()) return found;
    for (JsonValue each = files.first(); each.exists() && found.size() < kMost; each = each.next()) {
        if (text_field(each, "fileType") != "ebook") continue;
        auto file = parse_ebook_file(each);
        if (file && !(primary && primary->ino == file->ino)) found.push_back(std::move(*file));
    }
    return found;
}

}  // namespace

tl::expected<Item, ItemJsonError> parse_full_item(std::string_view json) {
    if (json.size() > kMaxItemBytes) return tl::unexpected(ItemJsonError::kTooLarge);
    const auto document = parse_json(json);
    if (!document) return tl::unexpected(ItemJsonError::kNotJson);
    const JsonValue value = document->root();
    const JsonValue media = value.member("media");
    const JsonValue metadata = media.member("metadata");
    Item item;
    item.id = text_field(value, "id");
    if (item.id.empty() || !media.is_object()) return tl::unexpected(ItemJsonError::kNotAnItem);
    item.library = text_field(value, "libraryId");
    item.media_id = text_field(media, "id");
    item.title = text_field(metadata, "title");
    item.authors = authors_of(metadata);
    item.isbn = text_field(metadata, "isbn");
    item.asin = text_field(metadata, "asin");
    item.language = text_field(metadata, "language");
    item.missing = flag_field(value, "isMissing");
    item.updated_at = time_field(value, "updatedAt");
    item.podcast = text_field(value, "mediaType") == "podcast";
    if (item.podcast) return item;

    item.duration = duration_of(media);
    item.ebook = parse_ebook_file(media.member("ebookFile"));
    item.supplementary = supplementary_of(value, item.ebook);
    auto audio = parse_item(json);
    if (!audio) return tl::unexpected(audio.error());
    item.audio = std::move(*audio);
    return item;
}

std::optional<ItemSummary> parse_item_summary(JsonValue value) {
    const JsonValue media = value.member("media");
    const JsonValue metadata = media.member("metadata");
    ItemSummary item;
    item.id = text_field(value, "id");
    if (item.id.empty() || !media.is_object()) return std::nullopt;
    item.library = text_field(value, "libraryId");
    item.title = text_field(metadata, "title");
    item.authors = authors_of(metadata);
    item.isbn = text_field(metadata, "isbn");
    item.asin = text_field(metadata, "asin");
    item.ebook_format = lower(text_field(media, "ebookFormat"));
    if (item.ebook_format.empty()) {
        if (const auto file = parse_ebook_file(media.member("ebookFile"))) item.ebook_format = file->format;
    }
    item.duration = duration_of(media);
    item.updated_at = time_field(value, "updatedAt");
    item.missing = flag_field(value, "isMissing");
    item.podcast = text_field(value, "mediaType") == "podcast";
    return item;
}

}  // namespace koshelf::abs
