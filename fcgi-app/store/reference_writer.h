// ReferenceWriter: writes accounts and positions into the Redis of a reference server, which may be running.
#pragma once

#include <span>

#include "store/account_image.h"
#include "store/database.h"

namespace koshelf::store {

class ReferenceWriter {
  public:
    explicit ReferenceWriter(Database& target) : target_(target) {}

    struct Count {
        std::int64_t written = 0;
        std::int64_t same = 0;      // was there already
        std::int64_t kept = 0;      // what is there stays: another password, a newer position
        std::int64_t homeless = 0;  // there is no such account
        std::int64_t refused = 0;   // a key there is of another type than it should be
    };

    // Those that have a credential.
    [[nodiscard]] StoreResult<void> write(std::span<const AccountImage> images);
    // The positions of those that have one, the newer one counting.
    [[nodiscard]] StoreResult<void> write(std::span<const DocumentImage> images);

    [[nodiscard]] const Count& accounts() const { return accounts_; }
    [[nodiscard]] const Count& positions() const { return positions_; }

  private:
    [[nodiscard]] StoreResult<void> run(const std::vector<ScriptCall>& calls, Count& count);

    Database& target_;
    Count accounts_;
    Count positions_;
};

}  // namespace koshelf::store
