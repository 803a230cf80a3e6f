// FeedMarks: which credentials of Audiobookshelf have a live feed. A device whose account has one is served
// from Redis; for the others the server asks Audiobookshelf itself.
#pragma once

#include <chrono>
#include <string>

#include "store/database.h"

namespace koshelf::store {

class FeedMarks {
  public:
    // A feed gives a sign at least every 25 s; a mark that nobody renews ends soon after.
    static constexpr std::chrono::seconds kLife{40};

    explicit FeedMarks(Database& database) : database_(database) {}

    // Neither is waited for.
    void mark(const std::string& credential_digest);
    void clear(const std::string& credential_digest);

    // Whether there is a mark; it may travel with other commands: an integer, 1 or 0.
    [[nodiscard]] static platform::RedisCommand question(const std::string& credential_digest);

  private:
    Database& database_;
};

}  // namespace koshelf::store
