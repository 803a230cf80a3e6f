#include "ctl/backup_command.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/archive_file.h"
#include "ctl/backup_set.h"
#include "ctl/careful_open.h"
#include "ctl/connection.h"
#include "ctl/options.h"
#include "ctl/temp_directory.h"
#include "platform/clock.h"
#include "platform/redis_snapshot.h"
#include "platform/signals.h"
#include "store/redis_info.h"
#include "web/version.h"

namespace koshelf::ctl {
namespace {

namespace fs = std::filesystem;
using Failure = tl::unexpected<std::string>;

// Redis says something each second while it makes the file; a busy one may need longer to begin.
constexpr std::chrono::milliseconds kSnapshotPatience{60'000};

bool set_up_directory(const fs::path& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) return false;
    fs::permissions(path, fs::perms::owner_all, error);
    return !error;
}

// Collects the files of a backup in a directory.
class Collection {
  public:
    Collection(Connection& connection, fs::path directory)
        : connection_(connection), directory_(std::move(directory)) {}

    // The error is a sentence.
    tl::expected<void, std::string> run() {
        const auto info = store::redis_info(connection_.database());
        if (!info) return Failure(connection_.explain(info.error()));
        manifest_.made = platform::now_millis() / 1000;
        manifest_.by = web::kVersion;
        manifest_.redis_version = info->text("redis_version").value_or(manifest_.redis_version);
        manifest_.database = connection_.config().redis.database;
        if (auto done = fetch_dump(); !done) return done;
        for (const std::string_view name : {kSecretName, kCertificateName, kCertificateKeyName}) {
            if (auto done = copy(name); !done) return done;
        }
        std::ofstream file(directory_ / kManifestName);
        file << to_json(manifest_) << '\n';
        file.close();
        if (!file) return Failure("cannot write " + (directory_ / kManifestName).string());
        return {};
    }

    struct LeftOut {
        std::string path;
        NotOpened reason;
    };
    // What was there and is not in it.
    [[nodiscard]] const std::vector<LeftOut>& left_out() const { return left_out_; }
    // The manifest first: whoever looks into an archive sees it first.
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names = {std::string(kManifestName)};
        for (const BackupFile& file : manifest_.files) names.push_back(file.name);
        return names;
    }

  private:
    tl::expected<void, std::string> fetch_dump() {
        const fs::path path = directory_ / kDumpName;
        if (!set_up_directory(path.parent_path()))
            return Failure("cannot make " + path.parent_path().string());
        const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (file < 0) return Failure("cannot write " + path.string());
        const auto fetched = platform::fetch_snapshot(
            connection_.config().redis, kSnapshotPatience, [file](std::string_view bytes) {
                while (!bytes.empty()) {
                    if (platform::stop_requested()) return false;
                    const ssize_t written = write(file, bytes.data(), bytes.size());
                    if (written <= 0) return false;
                    bytes.remove_prefix(static_cast<std::size_t>(written));
                }
                return true;
            });
        const bool kept = fsync(file) == 0;
        close(file);
        if (platform::stop_requested()) return Failure("interrupted");
        if (!fetched) {
            return Failure("Redis at " + connection_.config().redis.describe() +
                           " gives no snapshot: " + fetched.error());
        }
        if (!kept) return Failure("cannot write " + path.string());
        return note(kDumpName);
    }

    tl::expected<void, std::string> copy(std::string_view name) {
        const fs::path from = place_of(name, connection_.config());
        auto input = open_carefully(from);
        if (!input) {
            if (input.error().why != NotOpened::Why::kAbsent) left_out_.push_back({from, input.error()});
            return {};
        }
        const fs::path to = directory_ / name;
        if (!set_up_directory(to.parent_path())) return Failure("cannot make " + to.parent_path().string());
        if (const auto done = copy_into(*input, to); !done)
            return Failure("cannot copy " + from.string() + ": " + done.error());
        return note(name);
    }

    tl::expected<void, std::string> note(std::string_view name) {
        auto measured = measure(directory_, name);
        if (!measured) return Failure("cannot read " + (directory_ / name).string());
        manifest_.files.push_back(std::move(*measured));
        return {};
    }

    Connection& connection_;
    fs::path directory_;
    Manifest manifest_;
    std::vector<LeftOut> left_out_;
};

int conclude(const Collection& collection, const platform::Config& config) {
    int status = 0;
    for (const auto& [path, reason] : collection.left_out()) {
        const bool is_key = path == config.secret_file;
        // A certificate can be made anew. What does not look right is not of that kind.
        if (is_key || reason.why == NotOpened::Why::kSuspicious) status = 1;
        complain(path + " " + reason.phrase +
                 (is_key
                      ? ", and is not in the backup: without it nobody can read the stored API keys again. "
                        "Keep it with the backup"
                      : ", and is not in the backup"));
    }
    return status;
}

int back_up_into_directory(Connection& connection, const fs::path& target) {
    std::error_code error;
    const bool exists = fs::exists(target, error);
    if (error) return complain("cannot look at " + target.string() + ": " + error.message());
    const bool taken = exists && !(fs::is_directory(target, error) && fs::is_empty(target, error));
    if (taken)
        return complain(target.string() + " exists already: a backup goes into a directory of its own");
    const fs::path part = target.string() + ".part";
    fs::remove_all(part, error);
    if (!set_up_directory(part)) return complain("cannot make " + part.string());
    Collection collection(connection, part);
    const auto done = collection.run();
    if (done) fs::rename(part, target, error);
    if (!done || error) {
        const std::string why =
            done ? "cannot make " + target.string() + ": " + error.message() : done.error();
        fs::remove_all(part, error);
        return complain(why);
    }
    return conclude(collection, connection.config());
}

int back_up_into_archive(Connection& connection, const std::string& target) {
    auto output = OutputFile::create(target);
    if (!output) return complain(output.error());
    const auto staging = TempDirectory::make();
    if (!staging) return complain(staging.error());
    Collection collection(connection, staging->path());
    auto done = collection.run();
    if (done) done = pack(staging->path(), collection.names(), *output);
    if (!done) return complain(done.error());
    return conclude(collection, connection.config());
}

}  // namespace

int run_backup(std::span<const std::string_view> arguments) {
    const auto options = Options::parse(arguments, {});
    if (!options) return complain(options.error(), 2);
    if (options->words().size() != 1) {
        return complain(
            "backup takes a directory that does not exist yet, a FILE.tar, or - for standard output", 2);
    }
    std::string target = options->words()[0];
    if (target == "-" && isatty(STDOUT_FILENO) == 1)
        return complain("that is a terminal: send standard output to a file or a program", 2);
    auto connection = Connection::open();
    if (!connection) return 1;
    platform::catch_interrupts();
    if (target == "-" || target.ends_with(".tar")) return back_up_into_archive(*connection, target);
    while (target.size() > 1 && target.ends_with('/')) target.pop_back();
    return back_up_into_directory(*connection, target);
}

}  // namespace koshelf::ctl
