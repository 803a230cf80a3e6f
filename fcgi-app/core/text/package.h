// Package: what the OPF says: identity, manifest, spine, and where the navigation is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/archive.h"
#include "core/text/error.h"

namespace koshelf::core::text {

struct ManifestItem {
    std::string id;
    std::string href;  // as written
    std::string path;  // in the archive; "" if it leaves it or is no local resource
    std::string media_type;
    std::string properties;  // EPUB 3, blank-separated
};

struct SpineReference {
    std::uint32_t index = 0;  // 0-based among all itemrefs
    std::size_t item = 0;     // into Package::manifest
    bool linear = true;
};

// An entry of the EPUB 2 guide: type is "cover", "toc", "text", "copyright-page", ….
struct GuideReference {
    std::string type;
    std::string href;  // as written, anchor included
};

struct Package {
    std::string path;        // of the OPF itself
    std::string identifier;  // of unique-identifier, trimmed
    std::string title;
    std::string authors;
    std::string language;
    std::vector<ManifestItem> manifest;
    std::vector<SpineReference> spine;  // itemrefs whose idref is in the manifest: KOReader's DocFragments
    std::uint32_t spine_step = 6;       // CFI step of <spine>
    std::optional<std::size_t> nav;     // manifest item of the EPUB 3 navigation document
    std::optional<std::size_t> ncx;     // manifest item of the EPUB 2 table of contents
    std::vector<GuideReference> guide;
};

// Reads container.xml and the first rootfile, after checking that the content is not encrypted.
// Errors: kNotAnEpub, kDrm, kUnsafePath, kBadXml, and those of Archive::read.
[[nodiscard]] Result<Package> read_package(Archive& archive, const EpubLimits& limits);

// Where `href` (as written in the file at `base`) points in the archive: as it is, else percent-decoded; an
// entry that exists is preferred. "" if nowhere.
[[nodiscard]] std::string locate(const Archive& archive, std::string_view base, std::string_view href);

}  // namespace koshelf::core::text
