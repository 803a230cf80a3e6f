// PullGate: who may ask Audiobookshelf while a device waits. Shared by all workers.
#pragma once

#include <chrono>
#include <string>

#include "core/ids.h"
#include "store/database.h"

namespace koshelf::store {

// A circuit breaker for the server as a whole, and for each item one caller at a time.
class PullGate {
  public:
    // How long an answer is good for.
    static constexpr std::chrono::milliseconds kFresh{3'000};

    explicit PullGate(Database& database) : database_(database) {}

    // Whether the caller may ask now. False while the server does not answer, while another worker is asking
    // about the same item (for no longer than `budget`), or has just done so. One round trip.
    [[nodiscard]] StoreResult<bool> enter(const std::string& credential_digest,
                                          const core::LibraryItemId& item, std::chrono::milliseconds budget);

    // The answer has come: it is good for a while. Not waited for.
    void leave(const std::string& credential_digest, const core::LibraryItemId& item);

    // No answer has come: nobody asks for a while, longer each time. Not waited for.
    void close();

    // Whether nobody asks for a while.
    [[nodiscard]] StoreResult<bool> is_closed();

  private:
    Database& database_;
};

}  // namespace koshelf::store
