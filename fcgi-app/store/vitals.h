// Vitals: how Redis itself is.
#pragma once

#include "core/doctor/redis.h"
#include "store/database.h"

namespace koshelf::store {

class Vitals {
  public:
    explicit Vitals(Database& database) : database_(database) {}

    // Asks Redis. What its user may not ask, or a Redis in somebody's cloud does not say, is left unknown; so
    // is where it is. Fails only if it cannot be reached.
    [[nodiscard]] StoreResult<core::doctor::RedisFacts> take();

  private:
    Database& database_;
};

}  // namespace koshelf::store
