// Counts refused credentials by client address, across all workers of a pool, so that passwords cannot be
// guessed at the speed of the machine. (What nginx can limit is requests; it cannot tell which will fail.)
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/position.h"

namespace koshelf::web {

class Refusals {
  public:
    // Made before the workers are forked: they share one table. `limit_per_minute` 0 switches it off.
    explicit Refusals(int limit_per_minute);

    // Notes that a request from that address was refused.
    void count(std::string_view address, core::EpochSeconds now);

    // Whether as many requests of that address as the limit allows have been refused in this minute.
    // Never for an unknown address ("").
    [[nodiscard]] bool blocks(std::string_view address, core::EpochSeconds now) const;

  private:
    // 65,536 slots of one word: minute, address tag and count. Two addresses in one slot (rare) take turns:
    // the table forgets rather than blocks somebody for another's failures.
    using Slot = std::atomic<std::uint64_t>;
    struct Unmap {
        void operator()(Slot* slots) const;
    };

    [[nodiscard]] Slot& slot_of(std::uint64_t key) const;

    int limit_;
    std::unique_ptr<Slot[], Unmap> slots_;
};

}  // namespace koshelf::web
