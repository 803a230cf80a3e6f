#include "core/text/package.h"

#include <unordered_map>

#include "core/text/ascii.h"
#include "core/text/xml.h"

namespace koshelf::core::text {
namespace {

constexpr std::string_view kContainer = "META-INF/container.xml";
constexpr std::string_view kEncryption = "META-INF/encryption.xml";

// Fonts are obfuscated, not encrypted, by these two methods (EPUB 3 "font obfuscation", Adobe's older one).
bool is_font_obfuscation(std::string_view algorithm) {
    return algorithm == "http://www.idpf.org/2008/embedding" || algorithm == "http://ns.adobe.com/pdf/enc#RC";
}

// The name of the scheme if any entry but an obfuscated font is encrypted.
Result<void> refuse_drm(Archive& archive) {
    if (!archive.contains(kEncryption)) return {};
    auto bytes = archive.read_package_file(kEncryption);
    if (!bytes) return tl::make_unexpected(bytes.error());
    pugi::xml_document document;
    if (auto parsed = parse_xml(*bytes, kEncryption, document); !parsed) return parsed;
    for (const pugi::xml_node& data : document.document_element().children()) {
        if (local_name(data) != "EncryptedData") continue;
        const std::string algorithm = attribute_of(child_named(data, "EncryptionMethod"), "Algorithm");
        if (is_font_obfuscation(algorithm)) continue;
        std::string scheme = "encrypted with " + algorithm;
        if (archive.contains("META-INF/rights.xml")) scheme = "Adobe ADEPT";
        if (archive.contains("META-INF/sinf.xml")) scheme = "Apple FairPlay";
        if (archive.contains("META-INF/license.lcpl")) scheme = "Readium LCP";
        return fail(TextErrorCode::kDrm, scheme);
    }
    return {};
}

Result<std::string> rootfile_path(Archive& archive) {
    if (!archive.contains(kContainer)) return fail(TextErrorCode::kNotAnEpub, "no META-INF/container.xml");
    auto bytes = archive.read_package_file(kContainer);
    if (!bytes) return tl::make_unexpected(bytes.error());
    pugi::xml_document document;
    if (auto parsed = parse_xml(*bytes, kContainer, document); !parsed)
        return tl::make_unexpected(parsed.error());
    const pugi::xml_node rootfile =
        child_named(child_named(document.document_element(), "rootfiles"), "rootfile");
    const std::string path = attribute_of(rootfile, "full-path");
    if (path.empty()) return fail(TextErrorCode::kNotAnEpub, "container.xml names no rootfile");
    const auto inside = resolve_path("", path);
    if (!inside) return fail(TextErrorCode::kUnsafePath, path);
    if (archive.contains(*inside)) return *inside;
    const auto decoded = resolve_path("", percent_decode(path));
    if (decoded && archive.contains(*decoded)) return *decoded;
    return fail(TextErrorCode::kNotAnEpub, "rootfile is missing: " + path);
}

void read_metadata(const pugi::xml_node& root, Package& package) {
    pugi::xml_node metadata = child_named(root, "metadata");
    // OEB 1.x keeps Dublin Core one level deeper.
    if (const pugi::xml_node deeper = child_named(metadata, "dc-metadata")) metadata = deeper;
    const std::string unique = attribute_of(root, "unique-identifier");
    for (const pugi::xml_node& node : metadata.children()) {
        const std::string_view name = local_name(node);
        if (name == "title" && package.title.empty()) package.title = text_of(node);
        if (name == "language" && package.language.empty()) package.language = text_of(node);
        if (name == "creator") {
            const std::string creator = text_of(node);
            if (!creator.empty()) package.authors += (package.authors.empty() ? "" : ", ") + creator;
        }
        if (name == "identifier" && package.identifier.empty() && attribute_of(node, "id") == unique) {
            package.identifier = text_of(node);
        }
    }
}

// Manifest items by id; of duplicates the first wins.
using ItemsById = std::unordered_map<std::string, std::size_t>;

ItemsById read_manifest(const Archive& archive, const pugi::xml_node& root, Package& package) {
    ItemsById by_id;
    for (const pugi::xml_node& node : child_named(root, "manifest").children()) {
        if (local_name(node) != "item") continue;
        ManifestItem item;
        item.id = attribute_of(node, "id");
        item.href = attribute_of(node, "href");
        item.path = locate(archive, package.path, item.href);
        item.media_type = lower_ascii(attribute_of(node, "media-type"));
        item.properties = attribute_of(node, "properties");
        const std::size_t index = package.manifest.size();
        if (!package.nav && has_word(item.properties, "nav")) package.nav = index;
        by_id.emplace(item.id, index);
        package.manifest.push_back(std::move(item));
    }
    return by_id;
}

void read_spine(const pugi::xml_node& root, const ItemsById& by_id, Package& package) {
    std::uint32_t step = 0;
    for (const pugi::xml_node& child : root.children()) {
        if (child.type() != pugi::node_element) continue;
        step += 2;
        if (local_name(child) == "spine") package.spine_step = step;
    }
    const pugi::xml_node spine = child_named(root, "spine");
    if (const auto toc = by_id.find(attribute_of(spine, "toc")); toc != by_id.end())
        package.ncx = toc->second;
    for (std::size_t i = 0; !package.ncx && i < package.manifest.size(); ++i) {
        if (package.manifest[i].media_type == "application/x-dtbncx+xml") package.ncx = i;
    }
    std::uint32_t index = 0;
    for (const pugi::xml_node& itemref : spine.children()) {
        if (local_name(itemref) != "itemref") continue;
        const auto item = by_id.find(attribute_of(itemref, "idref"));
        if (item != by_id.end()) {
            const bool linear = lower_ascii(attribute_of(itemref, "linear")) != "no";
            package.spine.push_back({index, item->second, linear});
        }
        ++index;
    }
}

void read_guide(const pugi::xml_node& root, Package& package) {
    for (const pugi::xml_node& reference : child_named(root, "guide").children()) {
        if (local_name(reference) != "reference") continue;
        package.guide.push_back(
            {lower_ascii(attribute_of(reference, "type")), attribute_of(reference, "href")});
    }
}

}  // namespace

std::string locate(const Archive& archive, std::string_view base, std::string_view href) {
    const auto as_written = resolve_path(base, href);
    if (as_written && archive.contains(*as_written)) return *as_written;
    const auto decoded = resolve_path(base, percent_decode(href));
    if (decoded && archive.contains(*decoded)) return *decoded;
    return decoded.value_or(as_written.value_or(""));
}

Result<Package> read_package(Archive& archive, const EpubLimits& limits) {
    if (auto open = refuse_drm(archive); !open) return tl::make_unexpected(open.error());
    auto path = rootfile_path(archive);
    if (!path) return tl::make_unexpected(path.error());
    Package package;
    package.path = *path;
    auto bytes = archive.read_package_file(package.path);
    if (!bytes) return tl::make_unexpected(bytes.error());
    pugi::xml_document document;
    if (auto parsed = parse_xml(*bytes, package.path, document); !parsed)
        return tl::make_unexpected(parsed.error());
    const pugi::xml_node root = document.document_element();
    if (local_name(root) != "package") return fail(TextErrorCode::kNotAnEpub, "no package: " + package.path);
    read_metadata(root, package);
    const ItemsById by_id = read_manifest(archive, root, package);
    read_spine(root, by_id, package);
    read_guide(root, package);
    if (package.spine.empty()) return fail(TextErrorCode::kNotAnEpub, "empty spine");
    if (package.spine.size() > limits.spine_items) {
        return fail(TextErrorCode::kLimitExceeded, "spine items: " + std::to_string(package.spine.size()));
    }
    return package;
}

}  // namespace koshelf::core::text
