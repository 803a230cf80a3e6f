// Tar: the headers of a POSIX archive (ustar), for the few regular files that a backup has.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/position.h"

namespace koshelf::ctl {

inline constexpr std::size_t kTarBlock = 512;

struct TarEntry {
    std::string name;  // up to 100 bytes
    std::uint64_t size = 0;
    core::EpochSeconds modified = 0;
    bool directory = false;  // not a file; other archivers note these too

    bool operator==(const TarEntry&) const = default;
};

// The block in front of a file, readable by its owner only. Sizes from 8 GiB on are written in base 256, as
// GNU tar does.
[[nodiscard]] std::string tar_header(const TarEntry& entry);

// How many zero bytes come behind a file of that size, so that the next block begins.
[[nodiscard]] std::size_t tar_padding(std::uint64_t size);

// The two empty blocks at the end of an archive.
[[nodiscard]] std::string tar_end();

// What that block announces; nothing for an empty block, which is the end. The error is a phrase: it is no
// header, its checksum is wrong, or it is of something else than a regular file or a directory.
[[nodiscard]] tl::expected<std::optional<TarEntry>, std::string> parse_tar_header(std::string_view block);

}  // namespace koshelf::ctl
