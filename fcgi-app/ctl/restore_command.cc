#include "ctl/restore_command.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "ctl/archive_file.h"
#include "ctl/backup_set.h"
#include "ctl/connection.h"
#include "ctl/options.h"
#include "ctl/restored_database.h"
#include "ctl/restored_files.h"
#include "ctl/temp_directory.h"
#include "platform/signals.h"
#include "store/settings.h"

namespace koshelf::ctl {
namespace {

namespace fs = std::filesystem;
using Failure = tl::unexpected<std::string>;

// What is to be restored, found and checked.
struct Source {
    std::optional<TempDirectory> unpacked;
    fs::path dump;
    fs::path directory;  // of the files of a backup; "" for a dump alone
    Manifest manifest;
};

std::string read_text(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

// Every file that the manifest names is there as it was.
tl::expected<Source, std::string> check(Source source) {
    const std::string where = source.directory.string();
    auto manifest = parse_manifest(read_text(source.directory / kManifestName));
    if (!manifest) return Failure(where + " is no backup: " + manifest.error());
    bool has_dump = false;
    for (const BackupFile& file : manifest->files) {
        if (measure(source.directory, file.name) != file) {
            return Failure(where + ": " + file.name +
                           " is missing, or it is not what it was when the backup was made");
        }
        has_dump = has_dump || file.name == kDumpName;
    }
    if (!has_dump) return Failure(where + " has no " + std::string(kDumpName));
    source.manifest = std::move(*manifest);
    source.dump = source.directory / kDumpName;
    return source;
}

bool is_dump(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string magic(5, '\0');
    return file.read(magic.data(), 5) && magic == "REDIS";
}

tl::expected<Source, std::string> find_source(const std::string& path, int database) {
    Source source;
    std::error_code error;
    if (path != "-" && fs::is_directory(path, error)) {
        source.directory = path;
        return check(std::move(source));
    }
    if (path != "-" && is_dump(path)) {
        source.dump = path;
        source.manifest.database = database;
        return source;
    }
    auto place = TempDirectory::make();
    if (!place) return Failure(place.error());
    if (const auto done = unpack(path, place->path()); !done) return Failure(done.error());
    source.directory = place->path();
    source.unpacked.emplace(std::move(*place));
    return check(std::move(source));
}

}  // namespace

int run_restore(std::span<const std::string_view> arguments) {
    const auto options = Options::parse(arguments, {"--force"});
    if (!options) return complain(options.error(), 2);
    if (options->words().size() != 1)
        return complain("restore takes a backup: its directory, its FILE.tar, or - for standard input", 2);
    auto connection = Connection::open();
    if (!connection) return 1;
    platform::catch_interrupts();
    const auto source = find_source(options->words()[0], connection->config().redis.database);
    if (platform::stop_requested()) return complain("interrupted. Nothing was changed");
    if (!source) return complain(source.error());
    const Replace replace = options->has("--force") ? Replace::kYes : Replace::kNo;
    const RestoredFiles files(source->directory, source->manifest, connection->config(), replace);
    if (const auto refused = files.refusal()) return complain(*refused);
    const auto restored = restore_database(*connection, source->dump, source->manifest.database, replace);
    if (!restored) return complain(restored.error());
    std::printf("%s\n", restored->c_str());
    const int status = files.put();
    // Who has looked at them meanwhile had another key, or none.
    if (const auto touched = store::touch_settings(connection->database()); !touched)
        return connection->failed(touched.error());
    return status;
}

}  // namespace koshelf::ctl
