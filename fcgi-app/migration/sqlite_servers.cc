#include "migration/sqlite_servers.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "platform/sqlite/sqlite.h"

namespace koshelf::migration {
namespace {

using platform::Sqlite;

struct Table {
    std::string_view name;
    std::vector<std::string> columns;
};

// Where a server keeps what. The queries answer (user, key) and
// (user, document, percentage, progress, device, device_id, time[, title, authors, filename]).
struct Schema {
    std::string_view server;
    std::vector<Table> tables;
    std::string accounts;
    std::string positions;
    double scale = 1;  // what stands for a whole book
};

const std::vector<std::string> kPosition = {"document", "percentage", "progress", "device", "device_id"};

std::vector<std::string> with(std::vector<std::string> more) {
    more.insert(more.end(), kPosition.begin(), kPosition.end());
    return more;
}

// The most particular first.
std::vector<Schema> schemas() {
    const std::string of_user = "u.id = p.user_id";
    return {
        {"calibre-web-automated",
         {{"user", {"id", "name"}}, {"kosync_progress", with({"user_id", "timestamp"})}},
         "SELECT DISTINCT u.name, '' FROM kosync_progress p JOIN user u ON " + of_user,
         "SELECT u.name, p.document, p.percentage, p.progress, p.device, p.device_id, p.timestamp "
         "FROM kosync_progress p JOIN user u ON " +
             of_user + " ORDER BY p.timestamp",
         100},
        {"kosyncsrv",
         {{"user", {"username", "password"}},
          {"document",
           {"username", "documentid", "percentage", "progress", "device", "device_id", "timestamp"}}},
         "SELECT username, password FROM user",
         "SELECT username, documentid, percentage, progress, device, device_id, timestamp FROM document "
         "ORDER BY timestamp"},
        {"KoInsight",
         {{"user", {"id", "username", "password_hash"}}, {"progress", with({"user_id", "updated_at"})}},
         "SELECT username, '' FROM user",
         "SELECT u.username, p.document, p.percentage, p.progress, p.device, p.device_id, p.updated_at "
         "FROM progress p JOIN user u ON " +
             of_user + " ORDER BY p.updated_at"},
        {"koreader-sync",
         {{"users", {"id", "username", "password"}},
          {"progress", with({"user_id", "timestamp", "title", "authors", "filename"})}},
         "SELECT username, password FROM users",
         "SELECT u.username, p.document, p.percentage, p.progress, p.device, p.device_id, p.timestamp, "
         "p.title, "
         "p.authors, p.filename FROM progress p JOIN users u ON " +
             of_user + " ORDER BY p.timestamp"},
        {"koreader-sync",
         {{"users", {"id", "username", "password"}}, {"progress", with({"user_id", "timestamp"})}},
         "SELECT username, password FROM users",
         "SELECT u.username, p.document, p.percentage, p.progress, p.device, p.device_id, p.timestamp "
         "FROM progress p JOIN users u ON " +
             of_user + " ORDER BY p.timestamp"},
        {"a server with the tables users and progress",
         {{"users", {"username", "password"}}, {"progress", with({"username", "timestamp"})}},
         "SELECT username, password FROM users",
         "SELECT username, document, percentage, progress, device, device_id, timestamp FROM progress "
         "ORDER BY timestamp"},
    };
}

tl::expected<bool, std::string> fits(Sqlite& database, const Schema& schema) {
    for (const Table& table : schema.tables) {
        const auto columns = database.columns(table.name);
        if (!columns) return tl::unexpected(columns.error());
        const bool all = std::ranges::all_of(
            table.columns, [&columns](const std::string& name) { return columns->contains(name); });
        if (!all) return false;
    }
    return true;
}

ForeignPosition position_of(const Sqlite::Row& row) {
    ForeignPosition position{.percentage = row[2],
                             .progress = row[3],
                             .device = row[4],
                             .device_id = row[5],
                             .time = row[6],
                             .meta = {}};
    if (row.size() > 9) position.meta = {{"title", row[7]}, {"authors", row[8]}, {"filename", row[9]}};
    return position;
}

Outcome read(Sqlite& database, const Schema& schema, const Sink& sink) {
    int unreadable = 0;
    bool wanted = true;
    const auto accounts = database.select(schema.accounts, [&](const Sqlite::Row& row) {
        auto image = to_image(row[0], is_device_key(row[1]) ? row[1] : "");
        if (image) wanted = sink.account(std::move(*image));
        unreadable += image ? 0 : 1;
        return wanted;
    });
    if (!accounts) return tl::unexpected(accounts.error());
    if (!wanted) return std::string(schema.server);
    const auto positions = database.select(schema.positions, [&](const Sqlite::Row& row) {
        auto image = to_image(row[0], row[1], position_of(row), schema.scale);
        unreadable += image ? 0 : 1;
        return !image || sink.document(std::move(*image));
    });
    if (!positions) return tl::unexpected(positions.error());
    std::string what = "The database is that of " + std::string(schema.server) + ".";
    if (unreadable > 0) what += " " + std::to_string(unreadable) + " rows make no sense and were left out.";
    return what;
}

}  // namespace

Outcome read_sqlite(const std::string& path, const Sink& sink) {
    auto database = Sqlite::open(path);
    if (!database) return tl::unexpected(database.error());
    for (const Schema& schema : schemas()) {
        const auto fitting = fits(*database, schema);
        if (!fitting) return tl::unexpected(path + ": " + fitting.error());
        if (!*fitting) continue;
        auto outcome = read(*database, schema, sink);
        if (!outcome) return tl::unexpected(path + ": " + outcome.error());
        return outcome;
    }
    return tl::unexpected(path + " has the tables of no sync server that is known here; see docs/backup.md");
}

}  // namespace koshelf::migration
