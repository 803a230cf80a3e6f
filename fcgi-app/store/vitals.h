// Vitals: how Redis itself is.
#pragma once

#include "core/health.h"
#include "store/database.h"

namespace koshelf::store {

class Vitals {
  public:
    explicit Vitals(Database& database) : database_(database) {}

    // Asks Redis. What its user may not ask, or a Redis in somebody's cloud does not say, is left unknown.
    [[nodiscard]] StoreResult<core::RedisHealth> take();

  private:
    Database& database_;
};

}  // namespace koshelf::store
