// Sqlite: reading a copy of somebody else's SQLite database. What a transaction of theirs has left half done
// is taken back there, or completed.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

struct sqlite3;

namespace koshelf::platform {

class Sqlite {
  public:
    // The error is a sentence: there is no such file, or it is no SQLite database.
    [[nodiscard]] static tl::expected<Sqlite, std::string> open(const std::string& path);

    // The names of a table's columns, in lower case; none if there is no such table.
    [[nodiscard]] tl::expected<std::set<std::string>, std::string> columns(std::string_view table);

    // Calls `row` with the values of each row as text (NULL: ""), until it returns false. The error is a
    // sentence.
    using Row = std::vector<std::string>;
    [[nodiscard]] tl::expected<void, std::string> select(const std::string& query,
                                                         const std::function<bool(const Row&)>& row);

  private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    explicit Sqlite(sqlite3* database) : database_(database) {}
    [[nodiscard]] std::string failure() const;

    std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace koshelf::platform
