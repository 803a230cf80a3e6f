// Probes: who can write to Redis may ask a worker, through whatever stands in between, what it sees of a
// request.
#pragma once

#include <string>
#include <string_view>

#include "store/database.h"

namespace koshelf::store {

class Probes {
  public:
    explicit Probes(Database& database) : database_(database) {}

    // Makes a token known for a minute.
    [[nodiscard]] StoreResult<void> allow(std::string_view token);

    // Whether somebody did.
    [[nodiscard]] StoreResult<bool> allowed(std::string_view token);

  private:
    Database& database_;
};

}  // namespace koshelf::store
