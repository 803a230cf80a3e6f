#include "ctl/restored_files.h"

#include <algorithm>
#include <cstdio>

#include "ctl/connection.h"

namespace koshelf::ctl {
namespace {

namespace fs = std::filesystem;

// With the rights of a secret from the beginning, and seen under its name when it is whole.
bool place_file(const fs::path& from, const fs::path& to, std::error_code& error) {
    fs::create_directories(to.parent_path(), error);
    if (error) return false;
    const fs::path part = to.string() + ".part";
    fs::remove(part, error);
    if (!fs::copy_file(from, part, error)) return false;
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write, error);
    if (!error) fs::rename(part, to, error);
    return !error;
}

// What an earlier restore has put aside stays, too.
fs::path name_aside(const fs::path& place) {
    fs::path aside = place.string() + ".before-restore";
    std::error_code error;
    for (int number = 2; fs::exists(aside, error); ++number)
        aside = place.string() + ".before-restore-" + std::to_string(number);
    return aside;
}

}  // namespace

bool RestoredFiles::has(std::string_view name) const {
    return !directory_.empty() &&
           std::ranges::any_of(manifest_.files, [name](const BackupFile& file) { return file.name == name; });
}

RestoredFiles::There RestoredFiles::there(std::string_view name) const {
    const fs::path place = place_of(name, config_);
    std::error_code error;
    if (!fs::exists(place, error) && !error) return There::kNothing;
    auto ours = measure(place.parent_path(), place.filename().string());
    const auto theirs = measure(directory_, name);
    return ours && theirs && ours->sha256 == theirs->sha256 ? There::kSame : There::kAnother;
}

std::optional<std::string> RestoredFiles::refusal() const {
    if (replace_ == Replace::kYes || !has(kSecretName) || there(kSecretName) != There::kAnother)
        return std::nullopt;
    return config_.secret_file +
           " is another key than the backup's, and the secrets in the backup could not be read with it. Move "
           "it away "
           "if nothing needs it, or replace it with --force";
}

int RestoredFiles::put(std::string_view name) const {
    if (!has(name)) return 0;
    const fs::path place = place_of(name, config_);
    const There state = there(name);
    if (state == There::kSame) return 0;
    if (state == There::kAnother && replace_ == Replace::kNo) {
        std::printf("%s stays as it is; --force would replace it.\n", place.c_str());
        return 0;
    }
    std::error_code error;
    if (state == There::kAnother) fs::rename(place, name_aside(place), error);
    if (error || !place_file(directory_ / name, place, error))
        return complain("cannot write " + place.string() + ": " + error.message());
    std::printf("%s is the backup's.\n", place.c_str());
    return 0;
}

int RestoredFiles::put() const {
    int status = 0;
    for (const std::string_view name : {kSecretName, kCertificateName, kCertificateKeyName})
        status = std::max(status, put(name));
    return status;
}

}  // namespace koshelf::ctl
