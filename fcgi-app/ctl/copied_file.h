// CopiedFile: a copy of somebody else's file for our own eyes, as it was at one moment.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "ctl/temp_directory.h"

namespace koshelf::ctl {

class CopiedFile {
  public:
    // What SQLite keeps beside a database comes along (-journal, -wal; it makes -shm anew). While somebody
    // writes it tries again. The error is a sentence.
    [[nodiscard]] static tl::expected<CopiedFile, std::string> make(const std::string& path);

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    CopiedFile(TempDirectory directory, std::string path)
        : directory_(std::move(directory)), path_(std::move(path)) {}

    TempDirectory directory_;
    std::string path_;
};

}  // namespace koshelf::ctl
