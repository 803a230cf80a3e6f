// RestoredFiles: the files of a backup beside the dump, and where they go.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "ctl/backup_set.h"

namespace koshelf::ctl {

// Whether what is there may be replaced.
enum class Replace { kNo, kYes };

class RestoredFiles {
  public:
    // `directory`: where they are; "": there are none.
    RestoredFiles(std::filesystem::path directory, const Manifest& manifest, const platform::Config& config,
                  Replace replace)
        : directory_(std::move(directory)), manifest_(manifest), config_(config), replace_(replace) {}

    // Why nothing should be restored at all: the key of the secrets here is another one, and stored secrets
    // could not be read. A sentence; nothing if there is no reason.
    [[nodiscard]] std::optional<std::string> refusal() const;

    // Puts each in its place, says so, and keeps what it replaces beside it. A certificate that is there
    // stays, unless it may be replaced. Returns the exit status: 1 if one could not be written.
    [[nodiscard]] int put() const;

  private:
    enum class There { kNothing, kSame, kAnother };
    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] There there(std::string_view name) const;
    [[nodiscard]] int put(std::string_view name) const;

    std::filesystem::path directory_;
    const Manifest& manifest_;
    const platform::Config& config_;
    Replace replace_;
};

}  // namespace koshelf::ctl
