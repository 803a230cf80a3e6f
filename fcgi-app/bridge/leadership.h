// Leadership: of several bridges on one Redis, one works.
#pragma once

#include <optional>
#include <string>

#include "core/position.h"
#include "store/leases.h"

namespace koshelf::bridge {

// A lease that is renewed while its holder lives. A bridge that was killed on this machine is succeeded at
// once, one elsewhere when its lease ends.
class Leadership {
  public:
    // `role`: what is led.
    Leadership(store::Database& database, std::string role);

    // Whether the lease is ours at `now`; takes or renews it when that is due. False as well while Redis
    // cannot be asked for so long that somebody else may have it.
    [[nodiscard]] bool hold(core::EpochMillis now);

    // The same without asking Redis.
    [[nodiscard]] bool held(core::EpochMillis now) const { return now < held_until_; }

    // Gives it back.
    void release();

  private:
    store::Leases leases_;
    std::string role_;
    std::string owner_;
    core::EpochMillis asked_at_ = 0;
    core::EpochMillis held_until_ = 0;
};

}  // namespace koshelf::bridge
