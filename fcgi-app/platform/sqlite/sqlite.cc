#include "platform/sqlite/sqlite.h"

#include <algorithm>
#include <cctype>

#include <sqlite3.h>
#include <unistd.h>

namespace koshelf::platform {
namespace {

// The server that it belongs to may be writing.
constexpr int kBusyMilliseconds = 5'000;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

std::string text_of(sqlite3_stmt* statement, int column) {
    // The bytes are asked for after the text: SQLite then counts those of the text.
    const auto* text = sqlite3_column_text(statement, column);
    if (text == nullptr) return {};
    return {reinterpret_cast<const char*>(text),
            static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

}  // namespace

void Sqlite::Close::operator()(sqlite3* database) const {
    sqlite3_close(database);
}

std::string Sqlite::failure() const {
    return sqlite3_errmsg(database_.get());
}

tl::expected<Sqlite, std::string> Sqlite::open(const std::string& path) {
    if (access(path.c_str(), R_OK) != 0) return tl::unexpected("cannot read " + path);
    sqlite3* opened = nullptr;
    const int status = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
    Sqlite database(opened);
    if (status != SQLITE_OK) return tl::unexpected(path + ": " + database.failure());
    sqlite3_busy_timeout(opened, kBusyMilliseconds);
    // Opening looks at nothing: this does.
    const auto readable =
        database.select("SELECT count(*) FROM sqlite_master", [](const Row&) { return true; });
    if (!readable) return tl::unexpected(path + ": " + readable.error());
    return database;
}

tl::expected<std::set<std::string>, std::string> Sqlite::columns(std::string_view table) {
    std::set<std::string> names;
    // The name is one of our own, and has no quotes.
    const auto done =
        select("SELECT name FROM pragma_table_info('" + std::string(table) + "')", [&names](const Row& row) {
            std::string name = row[0];
            std::ranges::transform(name, name.begin(),
                                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            names.insert(std::move(name));
            return true;
        });
    if (!done) return tl::unexpected(done.error());
    return names;
}

tl::expected<void, std::string> Sqlite::select(const std::string& query,
                                               const std::function<bool(const Row&)>& row) {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(database_.get(), query.c_str(), -1, &prepared, nullptr) != SQLITE_OK)
        return tl::unexpected(failure());
    const std::unique_ptr<sqlite3_stmt, Finalize> statement(prepared);
    const int count = sqlite3_column_count(statement.get());
    int status = SQLITE_OK;
    while ((status = sqlite3_step(statement.get())) == SQLITE_ROW) {
        Row values;
        for (int column = 0; column < count; ++column) values.push_back(text_of(statement.get(), column));
        if (!row(values)) return {};
    }
    if (status != SQLITE_DONE) return tl::unexpected(failure());
    return {};
}

}  // namespace koshelf::platform
