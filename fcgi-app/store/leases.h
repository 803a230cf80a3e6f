// Leases: of several processes that could do a piece of work, one does it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "store/database.h"

namespace koshelf::store {

// The lease of the bridge that carries positions over; the others stand by. And that of the one that looks
// after the libraries.
inline constexpr std::string_view kSyncLease = "sync";
inline constexpr std::string_view kLibraryLease = "library";

// A lease ends by itself when nobody renews it, and as soon as somebody wants it whose neighbour its holder
// was and has been killed. `owner`: platform::process_name().
class Leases {
  public:
    explicit Leases(Database& database) : database_(database) {}

    // True if the lease is this owner's now, for `ttl` from now; also if it was already.
    [[nodiscard]] StoreResult<bool> acquire(std::string_view name, const std::string& owner,
                                            std::chrono::milliseconds ttl);

    // Prolongs it to `ttl` from now. False if it is not this owner's (any more): stop the work.
    [[nodiscard]] StoreResult<bool> renew(std::string_view name, const std::string& owner,
                                          std::chrono::milliseconds ttl);

    // Gives it back. False if it was not this owner's.
    [[nodiscard]] StoreResult<bool> release(std::string_view name, const std::string& owner);

    // Whose it is; nothing if it is free.
    [[nodiscard]] StoreResult<std::optional<std::string>> holder(std::string_view name);

  private:
    [[nodiscard]] StoreResult<bool> take_or_renew(std::string_view name, const std::string& owner,
                                                  std::chrono::milliseconds ttl);

    Database& database_;
};

}  // namespace koshelf::store
