// RankedPage: a sorted set, highest score first, a page at a time. What is there throughout the walk comes
// exactly once, however the rest changes meanwhile; what gets a new score on the way may come twice or not at
// all.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "store/database.h"

namespace koshelf::store {

struct RankedPage {
    std::vector<std::pair<std::string, std::int64_t>> members;  // with their scores, rounded down
    std::string next;                                           // the cursor of the page after it; "": none
};

// `cursor`: "" for the first page, else an earlier page's `next`. A text that is none is as "".
[[nodiscard]] StoreResult<RankedPage> ranked_page(Database& database, const std::string& key,
                                                  const std::string& cursor, std::size_t limit);

// The cursor with which a page goes on behind this member.
[[nodiscard]] std::string cursor_behind(const std::pair<std::string, std::int64_t>& member);

}  // namespace koshelf::store
