#include "store/ranked_page.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace koshelf::store {
namespace {

struct Mark {
    std::string_view score;
    std::string_view member;
};

// "1764000000:member"
std::optional<Mark> read_cursor(std::string_view cursor) {
    const std::size_t colon = cursor.find(':');
    if (colon == 0 || colon == std::string_view::npos || colon > 19) return std::nullopt;
    const Mark mark{.score = cursor.substr(0, colon), .member = cursor.substr(colon + 1)};
    if (mark.score.find_first_not_of("0123456789", mark.score.starts_with('-') ? 1 : 0) !=
        std::string_view::npos)
        return std::nullopt;
    return mark;
}

std::int64_t floor_of(std::string_view text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::abs(value) < 1e15 ? static_cast<std::int64_t>(std::floor(value)) : 0;
}

}  // namespace

std::string cursor_behind(const std::pair<std::string, std::int64_t>& member) {
    return std::to_string(member.second) + ":" + member.first;
}

StoreResult<RankedPage> ranked_page(Database& database, const std::string& key, const std::string& cursor,
                                    std::size_t limit) {
    const auto mark = read_cursor(cursor);
    // Scores may have fractions: those of the mark's whole second are looked through again.
    const std::string from = mark ? "(" + std::to_string(floor_of(mark->score) + 1) : "+inf";
    const std::int64_t mark_score = mark ? floor_of(mark->score) : 0;
    RankedPage page;
    for (std::size_t offset = 0;;) {
        const std::string count = std::to_string(limit + 1);
        const auto reply = database.ask(
            {"ZREVRANGEBYSCORE", key, from, "-inf", "WITHSCORES", "LIMIT", std::to_string(offset), count});
        if (!reply) return tl::unexpected(reply.error());
        const platform::RedisValue found = reply->value();
        for (std::size_t i = 0; i + 1 < found.size(); i += 2) {
            std::pair<std::string, std::int64_t> member(found[i].text(), floor_of(found[i + 1].text()));
            if (mark && member.second == mark_score && member.first >= mark->member) continue;
            if (page.members.size() == limit) {
                page.next = cursor_behind(page.members.back());
                return page;
            }
            page.members.push_back(std::move(member));
        }
        if (found.size() / 2 <= limit) return page;
        offset += limit + 1;
    }
}

}  // namespace koshelf::store
