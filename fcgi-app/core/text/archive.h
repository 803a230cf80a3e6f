// Archive: the entries of an EPUB's zip container, read one at a time and within limits.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text/byte_source.h"
#include "core/text/limits.h"

struct zip;

namespace koshelf::core::text {

class Archive {
  public:
    // Reads the directory only. `source` must outlive the archive. Errors: kNotAnArchive, kLimitExceeded.
    [[nodiscard]] static Result<Archive> open(ByteSource& source, const EpubLimits& limits);

    [[nodiscard]] bool contains(std::string_view path) const;

    // The uncompressed bytes of an entry. Names that would leave the archive ("../x", "/x") do not exist
    // here. Errors: kNotFound, kLimitExceeded, kUnreadable (encrypted, unknown method, damaged: the CRC is
    // checked).
    [[nodiscard]] Result<std::string> read(std::string_view path);

    // The same for the files that describe the book, which are small: EpubLimits::package_bytes.
    [[nodiscard]] Result<std::string> read_package_file(std::string_view path);

    // Paths of all entries but directories, in the order of the directory.
    [[nodiscard]] const std::vector<std::string>& paths() const { return paths_; }

  private:
    struct Close {
        void operator()(zip* archive) const;
    };
    struct SourceState;

    Archive(std::unique_ptr<SourceState> state, std::unique_ptr<zip, Close> handle, const EpubLimits& limits);

    [[nodiscard]] Result<void> list_entries();
    [[nodiscard]] Result<std::string> read_at_most(std::string_view path, std::uint64_t most);

    EpubLimits limits_;
    std::uint64_t read_so_far_ = 0;
    std::vector<std::string> paths_;
    std::unordered_map<std::string, std::uint64_t> entries_;
    // The handle's callbacks use the state: it must go first, so it is declared last.
    std::unique_ptr<SourceState> state_;
    std::unique_ptr<zip, Close> handle_;

  public:
    Archive(Archive&&) noexcept;
    Archive& operator=(Archive&&) noexcept;
    ~Archive();
};

// `href` (percent-encoding kept) against the folder of `base`, "." and ".." resolved, fragment and query cut
// off. Nothing if it leaves the archive or names another resource (it has a scheme or a host).
[[nodiscard]] std::optional<std::string> resolve_path(std::string_view base, std::string_view href);

// %XX decoded; a broken escape stays as it is.
[[nodiscard]] std::string percent_decode(std::string_view text);

}  // namespace koshelf::core::text
