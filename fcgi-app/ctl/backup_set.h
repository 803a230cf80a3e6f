// BackupSet: what a backup consists of. A directory, or the same files in one archive:
//
//   manifest.json    what is in it
//   redis/dump.rdb   everything that Redis had, at one moment
//   secrets/key      the key of the stored secrets, if it was there
//   tls/cert.pem     the certificate and its key, if they could be read
//   tls/key.pem
//
// These are the names that a STATE_DIR has.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/position.h"
#include "platform/config.h"

namespace koshelf::ctl {

inline constexpr int kBackupVersion = 1;
inline constexpr std::string_view kManifestName = "manifest.json";
inline constexpr std::string_view kDumpName = "redis/dump.rdb";
inline constexpr std::string_view kSecretName = "secrets/key";
inline constexpr std::string_view kCertificateName = "tls/cert.pem";
inline constexpr std::string_view kCertificateKeyName = "tls/key.pem";
// Everything that may be in one.
inline constexpr std::array<std::string_view, 5> kBackupNames = {kManifestName, kDumpName, kSecretName,
                                                                 kCertificateName, kCertificateKeyName};

struct BackupFile {
    std::string name;
    std::uint64_t bytes = 0;
    std::string sha256;

    bool operator==(const BackupFile&) const = default;
};

struct Manifest {
    core::EpochSeconds made = 0;
    std::string by;             // the version of koshelf-ctl
    std::string redis_version;  // whose dump it is
    int database = 3;           // of the dump, in which our data is
    std::vector<BackupFile> files;

    bool operator==(const Manifest&) const = default;
};

[[nodiscard]] std::string to_json(const Manifest& manifest);
// The error is a phrase: it is no manifest, or one of another version.
[[nodiscard]] tl::expected<Manifest, std::string> parse_manifest(std::string_view json);

// Size and digest of a file below `directory`; nothing if it cannot be read.
[[nodiscard]] std::optional<BackupFile> measure(const std::filesystem::path& directory,
                                                std::string_view name);

// Where the file of that name belongs on this machine; "" for those that are no file here (the dump, the
// manifest).
[[nodiscard]] std::filesystem::path place_of(std::string_view name, const platform::Config& config);

}  // namespace koshelf::ctl
