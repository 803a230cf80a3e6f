// Census: which accounts there are, and which of their documents have moved lately. Read from the indexes
// koshelf:users and user:<username>:documents, without looking at each document.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"

namespace koshelf::store {

class Census {
  public:
    explicit Census(Database& database) : database_(database) {}

    // All accounts, in no order. Accounts are noted when they register or are seen.
    [[nodiscard]] StoreResult<std::vector<core::Username>> accounts();

    // Documents of which a position was written at `since` or later.
    using Moved = std::pair<core::Username, std::vector<core::DocumentId>>;
    [[nodiscard]] StoreResult<std::vector<Moved>> moved_since(core::EpochSeconds since);

    // The accounts seen last, up to `most`: how many documents they have together, who has dead letters, and
    // of whose documents somebody has said which item they are, or that they are none.
    struct Tally {
        std::int64_t accounts = 0;  // all that there are
        std::int64_t documents = 0;
        std::int64_t dead_letters = 0;
        std::vector<core::Username> with_dead_letters;
        std::vector<core::Username> with_links;
    };
    [[nodiscard]] StoreResult<Tally> tally(std::size_t most);

  private:
    Database& database_;
};

}  // namespace koshelf::store
