// TempDirectory: a directory for our own eyes, which goes with everything in it.
#pragma once

#include <filesystem>
#include <string>

#include <tl/expected.hpp>

namespace koshelf::ctl {

class TempDirectory {
  public:
    // In TMPDIR, or else /tmp. The error is a sentence.
    [[nodiscard]] static tl::expected<TempDirectory, std::string> make();
    ~TempDirectory();
    TempDirectory(TempDirectory&& other) noexcept;
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;
    TempDirectory& operator=(TempDirectory&&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    explicit TempDirectory(std::string path) : path_(std::move(path)) {}

    std::filesystem::path path_;
};

}  // namespace koshelf::ctl
