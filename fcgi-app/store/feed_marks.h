// FeedMarks: which credentials of Audiobookshelf have a live feed. A device whose account has one is served
// from Redis; for the others the server asks Audiobookshelf itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "store/database.h"

namespace koshelf::store {

class FeedMarks {
  public:
    // A feed gives a sign at least every 25 s; a mark that nobody renews ends soon after.
    static constexpr std::chrono::seconds kLife{40};

    // `owner`: the bridge that has the feeds, as it holds kSyncLease. Its marks count as long as the lease is
    // its own, so those of a bridge that was killed end with that and not by themselves.
    FeedMarks(Database& database, std::string owner) : database_(database), owner_(std::move(owner)) {}

    // Neither is waited for.
    void mark(const std::string& credential_digest);
    void clear(const std::string& credential_digest);

    // What is to be asked to know whether there is a live feed; it may travel with other commands.
    static constexpr std::size_t kQuestions = 2;
    static void add_questions(std::vector<platform::RedisCommand>& questions,
                              const std::string& credential_digest);
    // What the answers to those two, in their order, mean.
    [[nodiscard]] static bool is_live(platform::RedisValue mark, platform::RedisValue holder);

  private:
    Database& database_;
    std::string owner_;
};

}  // namespace koshelf::store
