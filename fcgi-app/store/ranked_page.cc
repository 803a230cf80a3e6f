#include "store/ranked_page.h"

#include <cmath>
#include <optional>
#include <string_view>

#include "core/number.h"

namespace koshelf::store {
namespace {

// "1764000000:member"; nothing for what Redis would not take for a score.
std::optional<RankedMember> read_cursor(std::string_view cursor) {
    const std::size_t colon = cursor.find(':');
    if (colon > 30) return std::nullopt;  // also: none
    const auto score = core::parse_json_number(cursor.substr(0, colon));
    if (!score || std::abs(*score) > 1e300) return std::nullopt;
    return RankedMember{.name = std::string(cursor.substr(colon + 1)),
                        .score = std::string(cursor.substr(0, colon))};
}

platform::RedisCommand question(const std::string& key, const std::string& from, RankedOrder order,
                                std::size_t offset, std::size_t count) {
    const bool falling = order == RankedOrder::kHighestFirst;
    return {falling ? "ZREVRANGEBYSCORE" : "ZRANGEBYSCORE",
            key,
            from,
            falling ? "-inf" : "+inf",
            "WITHSCORES",
            "LIMIT",
            std::to_string(offset),
            std::to_string(count)};
}

}  // namespace

StoreResult<RankedPage> ranked_page(Database& database, const std::string& key, const std::string& cursor,
                                    std::size_t limit, RankedOrder order) {
    const bool falling = order == RankedOrder::kHighestFirst;
    const auto mark = read_cursor(cursor);
    const std::string from = mark ? mark->score : falling ? "+inf" : "-inf";
    // Those of one score stand in the order of their names.
    const auto was_there = [&](const RankedMember& member) {
        return mark && member.score == mark->score &&
               (falling ? member.name >= mark->name : member.name <= mark->name);
    };
    RankedPage page;
    for (std::size_t offset = 0;;) {
        const auto reply = database.ask(question(key, from, order, offset, limit + 1));
        if (!reply) return tl::unexpected(reply.error());
        const platform::RedisValue found = reply->value();
        for (std::size_t i = 0; i + 1 < found.size(); i += 2) {
            RankedMember member{.name = std::string(found[i].text()),
                                .score = std::string(found[i + 1].text())};
            if (was_there(member)) continue;
            if (page.members.size() == limit) {
                page.next = page.members.back().cursor();
                return page;
            }
            page.members.push_back(std::move(member));
        }
        if (found.size() / 2 <= limit) return page;
        offset += limit + 1;
    }
}

}  // namespace koshelf::store
