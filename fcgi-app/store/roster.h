// Roster: accounts and their documents as people see them, a page at a time, from the indexes.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"
#include "store/ranked_page.h"

namespace koshelf::store {

struct RosterEntry {
    core::Username username;
    core::EpochSeconds created = 0;    // 0: not known
    core::EpochSeconds last_seen = 0;  // 0: not known
    std::int64_t documents = 0;
    std::int64_t devices = 0;
    std::optional<std::int64_t> documents_limit{};  // its own; 0: none
    bool appointed = false;                         // an administrator made it one
};

// Why an account administers.
enum class RoleOrigin {
    kNone,         // it does not
    kEnvironment,  // it is `named`: KOSHELF_ADMIN_USERS
    kFirst,        // it is the `first` one, see Roles::first_administrator()
    kAppointed,    // an administrator made it one
};
[[nodiscard]] RoleOrigin role_origin(const RosterEntry& account, std::string_view first,
                                     const std::set<std::string, std::less<>>& named);

class Roster {
  public:
    explicit Roster(Database& database) : database_(database) {}

    // Accounts, last seen first. Cursors as in ranked_page.h.
    struct Accounts {
        std::vector<RosterEntry> entries;
        std::string next;
    };
    [[nodiscard]] StoreResult<Accounts> accounts(const std::string& cursor, std::size_t limit);

    // Nothing if there is no such account.
    [[nodiscard]] StoreResult<std::optional<RosterEntry>> account(const core::Username& username);

    // An account's documents by their last move.
    struct Documents {
        std::vector<core::DocumentId> documents;
        std::vector<std::string> cursors;  // for each: where a page goes on behind it
        std::string next;
    };
    [[nodiscard]] StoreResult<Documents> documents(const core::Username& username, const std::string& cursor,
                                                   std::size_t limit,
                                                   RankedOrder order = RankedOrder::kHighestFirst);

  private:
    Database& database_;
};

}  // namespace koshelf::store
