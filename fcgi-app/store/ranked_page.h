// RankedPage: a sorted set, from either end, a page at a time. What is there throughout the walk comes
// exactly once, however the rest changes meanwhile; what gets a new score on the way may come twice or not at
// all.
#pragma once

#include <string>
#include <vector>

#include "store/database.h"

namespace koshelf::store {

struct RankedMember {
    std::string name;
    std::string score;  // as Redis writes it

    // With which a page goes on behind it.
    [[nodiscard]] std::string cursor() const { return score + ":" + name; }
};

struct RankedPage {
    std::vector<RankedMember> members;
    std::string next;  // the cursor of the page after it; "": none
};

enum class RankedOrder { kHighestFirst, kLowestFirst };

// `cursor`: "" for the first page, else an earlier page's `next`. A text that is none is as "".
[[nodiscard]] StoreResult<RankedPage> ranked_page(Database& database, const std::string& key,
                                                  const std::string& cursor, std::size_t limit,
                                                  RankedOrder order = RankedOrder::kHighestFirst);

}  // namespace koshelf::store
