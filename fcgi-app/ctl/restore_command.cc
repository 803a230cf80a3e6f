#include "ctl/restore_command.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "ctl/archive_file.h"
#include "ctl/backup_set.h"
#include "ctl/careful_open.h"
#include "ctl/connection.h"
#include "ctl/input.h"
#include "ctl/options.h"
#include "ctl/restored_database.h"
#include "ctl/restored_files.h"
#include "ctl/temp_directory.h"
#include "platform/privilege.h"
#include "platform/signals.h"
#include "store/settings.h"

namespace koshelf::ctl {
namespace {

namespace fs = std::filesystem;
using Failure = tl::unexpected<std::string>;

// What is to be restored, copied and checked.
struct Source {
    TempDirectory place;
    fs::path dump;
    fs::path directory;  // of the files of a backup; "" for a dump alone
    Manifest manifest;
};

bool is_dump(const Input& file) {
    std::array<char, 5> magic{};
    return pread(file.descriptor(), magic.data(), magic.size(), 0) == 5 &&
           std::string_view(magic.data(), magic.size()) == "REDIS";
}

std::string read_text(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

// Every file that the manifest names is there as it was. `where` is what the backup is called.
tl::expected<Source, std::string> check(Source source, const std::string& where) {
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

// Those files that a backup may have, of a directory.
tl::expected<void, std::string> copy_set(const fs::path& from, const fs::path& to) {
    for (const std::string_view name : kBackupNames) {
        auto input = open_carefully(from / name);
        // What is missing will be missed.
        if (!input && input.error().why == NotOpened::Why::kAbsent) continue;
        if (!input) return Failure((from / name).string() + " " + input.error().phrase);
        std::error_code error;
        fs::create_directories((to / name).parent_path(), error);
        if (const auto done = copy_into(*input, to / name); !done)
            return Failure((from / name).string() + ": " + done.error());
    }
    return {};
}

// A directory of a backup, its archive, or a dump.
tl::expected<Source, std::string> find_source(const std::string& path, int database) {
    auto place = TempDirectory::make();
    if (!place) return Failure(place.error());
    Source source{.place = std::move(*place), .dump = {}, .directory = {}, .manifest = {}};
    const fs::path& ours = source.place.path();
    std::error_code error;
    if (path != "-" && fs::is_directory(path, error)) {
        // The way to it is root's to say; what lies in it is somebody else's.
        const fs::path real = fs::canonical(path, error);
        const auto copied = copy_set(error ? fs::path(path) : real, ours);
        platform::give_up_reading_everything();
        if (!copied) return Failure(copied.error());
    } else {
        auto input = Input::open(path);
        platform::give_up_reading_everything();
        if (!input) return Failure(input.error());
        if (path != "-" && is_dump(*input)) {
            source.dump = ours / "dump.rdb";
            source.manifest.database = database;
            if (const auto copied = copy_into(*input, source.dump); !copied)
                return Failure(path + ": " + copied.error());
            return source;
        }
        if (const auto done = unpack(*input, ours); !done)
            return Failure((path == "-" ? "standard input" : path) + ": " + done.error());
    }
    source.directory = ours;
    return check(std::move(source), path == "-" ? "standard input" : path);
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
