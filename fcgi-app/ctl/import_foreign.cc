#include "ctl/import_foreign.h"

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "core/text/digests.h"
#include "ctl/connection.h"
#include "ctl/copied_file.h"
#include "ctl/from_reference.h"
#include "ctl/import_report.h"
#include "ctl/progress.h"
#include "ctl/secret_input.h"
#include "migration/kosync_dotnet.h"
#include "migration/sqlite_servers.h"
#include "migration/tinydb.h"
#include "platform/privilege.h"
#include "platform/signals.h"
#include "transfer/loader.h"

namespace koshelf::ctl {
namespace {

// Takes what is found into Redis, until that fails.
class Intake {
  public:
    Intake(Connection& connection, store::ImportMode mode, std::optional<std::string> user)
        : connection_(connection),
          loader_(connection.database(), mode, connection.config().history_limit),
          progress_("found"),
          user_(std::move(user)) {}

    [[nodiscard]] migration::Sink sink() {
        return {.account = [this](store::AccountImage image) { return take(std::move(image)); },
                .document = [this](store::DocumentImage image) { return take(std::move(image)); }};
    }

    [[nodiscard]] int conclude(const migration::Outcome& outcome) {
        progress_.end();
        if (!failed_) note(loader_.flush());
        if (outcome && !outcome->empty()) std::printf("%s\n", outcome->c_str());
        report_import(loader_.tally());
        for (const auto& refused : loader_.refused()) complain(refused.second + "; it was left out");
        if (failed_) return connection_.failed(*failed_);
        if (platform::stop_requested()) return complain("interrupted. What was found until then is in");
        if (!outcome) return complain(outcome.error());
        if (user_ && found_ == 0) return complain("there is nothing of " + printable(*user_));
        return loader_.refused().empty() ? 0 : 1;
    }

  private:
    template <typename Image>
    bool take(Image image) {
        if (user_ && image.username != *user_) return true;
        progress_.show(++found_);
        note(loader_.add(std::move(image), found_));
        return !failed_ && !platform::stop_requested();
    }

    void note(const store::StoreResult<void>& done) {
        if (!done) failed_ = done.error();
    }

    Connection& connection_;
    transfer::Loader loader_;
    Progress progress_;
    std::optional<std::string> user_;
    std::int64_t found_ = 0;
    std::optional<store::StoreError> failed_;
};

migration::Outcome read_from_kosync_dotnet(const Options& options, const migration::Sink& sink) {
    const std::string admin = options.value("--admin").value_or("admin");
    const auto password = read_secret("Password of " + printable(admin) + " there: ");
    if (!password) return tl::unexpected(password.error());
    std::string url = options.words()[0];
    while (url.ends_with('/')) url.pop_back();
    return migration::read_kosync_dotnet({.url = url, .admin = admin, .key = core::text::md5_hex(*password)},
                                         sink);
}

// With what `reader` finds in a copy, so that nothing foreign is looked at by who may read everything, and
// nothing is written beside the files of others.
migration::Outcome read_copy(const std::string& path,
                             migration::Outcome (*reader)(const std::string&, const migration::Sink&),
                             const migration::Sink& sink) {
    const auto copy = CopiedFile::make(path);
    platform::give_up_reading_everything();
    if (!copy) return tl::unexpected(copy.error());
    auto outcome = reader(copy->path(), sink);
    if (outcome) return outcome;
    // Nobody knows it by that name.
    std::string error = std::move(outcome.error());
    if (error.starts_with(copy->path())) error.replace(0, copy->path().size(), path);
    return tl::unexpected(std::move(error));
}

}  // namespace

int import_foreign(const Options& options, store::ImportMode mode) {
    const std::string kind = options.value("--from").value_or("");
    const bool known = kind == "reference" || kind == "sqlite" || kind == "tinydb" || kind == "kosync-dotnet";
    if (!known) return complain("--from takes reference, sqlite, tinydb or kosync-dotnet", 2);
    if (options.has("--from-line") || (options.has("--admin") && kind != "kosync-dotnet") ||
        (options.has("--database") && kind != "reference"))
        return complain("one of these options does not go with --from " + kind, 2);
    auto connection = Connection::open();
    if (!connection) return 1;
    const std::string& where = options.words()[0];
    // A copy of the other server's files has to be tidied away.
    if (kind != "kosync-dotnet") platform::catch_interrupts();
    Intake intake(*connection, mode, options.value("--user"));
    if (kind == "sqlite") return intake.conclude(read_copy(where, migration::read_sqlite, intake.sink()));
    if (kind == "tinydb") return intake.conclude(read_copy(where, migration::read_tinydb, intake.sink()));
    if (kind == "reference") return intake.conclude(read_from_reference(*connection, options, intake.sink()));
    platform::give_up_reading_everything();
    return intake.conclude(read_from_kosync_dotnet(options, intake.sink()));
}

}  // namespace koshelf::ctl
