// A backup as one file: its directory packed into an archive of tar, and unpacked again.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "ctl/input.h"
#include "ctl/output_file.h"

namespace koshelf::ctl {

// Writes those files of a directory, in that order. The error is a sentence.
[[nodiscard]] tl::expected<void, std::string> pack(const std::filesystem::path& directory,
                                                   const std::vector<std::string>& names, OutputFile& output);

// Writes the files of an archive into a directory; only those that a backup may have. The error is a phrase.
[[nodiscard]] tl::expected<void, std::string> unpack(Input& archive, const std::filesystem::path& directory);

}  // namespace koshelf::ctl
