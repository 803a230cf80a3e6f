#include "ctl/temp_directory.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

namespace koshelf::ctl {

tl::expected<TempDirectory, std::string> TempDirectory::make() {
    const char* base = std::getenv("TMPDIR");
    std::string pattern = std::string(base == nullptr ? "/tmp" : base) + "/koshelf-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr)
        return tl::unexpected("cannot make " + pattern + ": " + std::strerror(errno));
    return TempDirectory(pattern);
}

TempDirectory::TempDirectory(TempDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TempDirectory::~TempDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace koshelf::ctl
