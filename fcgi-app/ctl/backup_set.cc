#include "ctl/backup_set.h"

#include <fstream>
#include <vector>

#include "core/json_text.h"
#include "ctl/surroundings.h"
#include "platform/crypto.h"
#include "platform/json.h"

namespace koshelf::ctl {
namespace {

constexpr std::string_view kFormat = "koshelf-backup";
constexpr std::size_t kChunk = std::size_t{64} * 1024;

}  // namespace

std::string to_json(const Manifest& manifest) {
    core::JsonArray files;
    for (const BackupFile& file : manifest.files) {
        files.add_json(core::JsonObject()
                           .add("name", file.name)
                           .add("bytes", static_cast<std::int64_t>(file.bytes))
                           .add("sha256", file.sha256)
                           .finish());
    }
    return core::JsonObject()
        .add("format", kFormat)
        .add("version", kBackupVersion)
        .add("made", manifest.made)
        .add("by", manifest.by)
        .add("redis_version", manifest.redis_version)
        .add("database", manifest.database)
        .add_json("files", files.finish())
        .finish();
}

tl::expected<Manifest, std::string> parse_manifest(std::string_view json) {
    const auto document = platform::JsonDocument::parse(json);
    if (!document || document->root().member("format").string() != kFormat)
        return tl::unexpected(std::string("its manifest is none"));
    const platform::JsonValue root = document->root();
    if (root.member("version").number() != kBackupVersion) {
        return tl::unexpected(
            std::string("it was made by a newer koshelf-ctl, in a form that is not known here"));
    }
    Manifest manifest{.made = static_cast<core::EpochSeconds>(root.member("made").number()),
                      .by = std::string(root.member("by").string()),
                      .redis_version = std::string(root.member("redis_version").string()),
                      .database = static_cast<int>(root.member("database").number()),
                      .files = {}};
    for (auto file = root.member("files").first(); file.exists(); file = file.next()) {
        manifest.files.push_back({.name = std::string(file.member("name").string()),
                                  .bytes = static_cast<std::uint64_t>(file.member("bytes").number()),
                                  .sha256 = std::string(file.member("sha256").string())});
    }
    return manifest;
}

std::optional<BackupFile> measure(const std::filesystem::path& directory, std::string_view name) {
    std::ifstream file(directory / name, std::ios::binary);
    if (!file) return std::nullopt;
    platform::Sha256 digest;
    BackupFile measured{.name = std::string(name), .bytes = 0, .sha256 = {}};
    std::vector<char> chunk(kChunk);
    while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || file.gcount() > 0) {
        const auto got = static_cast<std::size_t>(file.gcount());
        digest.add({chunk.data(), got});
        measured.bytes += got;
    }
    measured.sha256 = digest.hex();
    return measured;
}

std::filesystem::path place_of(std::string_view name, const platform::Config& config) {
    if (name == kSecretName) return config.secret_file;
    const auto tls = tls_directory(platform::process_environment(), config);
    if (name == kCertificateName) return tls / "cert.pem";
    if (name == kCertificateKeyName) return tls / "key.pem";
    return {};
}

}  // namespace koshelf::ctl
