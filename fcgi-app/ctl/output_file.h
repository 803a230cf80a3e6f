// OutputFile: what is written there is seen under its name when it is complete, or not at all.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace koshelf::ctl {

class OutputFile {
  public:
    // "-" is standard output. A file is readable by its owner only: what is written here has secrets. The
    // error is a sentence.
    [[nodiscard]] static tl::expected<OutputFile, std::string> create(const std::string& path);
    // Takes back what was not finished.
    ~OutputFile();
    OutputFile(OutputFile&& other) noexcept;
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    OutputFile& operator=(OutputFile&&) = delete;

    // False if it cannot be written (any more): finish() says why.
    bool write(std::string_view bytes);

    // On the disk and under its name, in the place of a file that was there. The error is a sentence.
    [[nodiscard]] tl::expected<void, std::string> finish();

  private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    OutputFile() = default;
    [[nodiscard]] std::string part() const { return path_ + ".part"; }

    std::string path_;  // "" for standard output
    std::unique_ptr<std::FILE, Close> file_;
    int error_ = 0;
};

}  // namespace koshelf::ctl
