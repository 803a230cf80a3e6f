// Census: which accounts there are, and which of their documents have moved lately. Read from the indexes
// koshelf:users and user:<username>:documents, without looking at each document.
#pragma once

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

  private:
    Database& database_;
};

}  // namespace koshelf::store
