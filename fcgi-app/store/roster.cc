#include "store/roster.h"

#include <charconv>
#include <utility>

#include "store/keys.h"
#include "store/position_fields.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;

constexpr std::size_t kQuestions = 4;

void add_questions(std::vector<RedisCommand>& questions, const core::Username& username) {
    questions.push_back(
        {"HMGET", keys::profile(username), "created", "last_seen", "is_admin", "documents_limit"});
    questions.push_back({"ZCARD", keys::documents(username)});
    questions.push_back({"EXISTS", keys::credential(username)});
    questions.push_back({"HLEN", keys::devices(username)});
}

std::optional<std::int64_t> read_limit(platform::RedisValue field) {
    std::int64_t limit = 0;
    const std::string_view text = field.text();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    const bool whole = !text.empty() && end == text.data() + text.size();
    return error == std::errc() && whole ? std::optional(limit) : std::nullopt;
}

// Nothing if the account is gone.
std::optional<RosterEntry> read_entry(core::Username username, const platform::Redis::Replies& replies,
                                      std::size_t first) {
    if (replies[first + 2].value().integer() == 0) return std::nullopt;
    const platform::RedisValue profile = replies[first].value();
    return RosterEntry{.username = std::move(username),
                       .created = read_timestamp(profile[0]).value_or(0),
                       .last_seen = read_timestamp(profile[1]).value_or(0),
                       .documents = replies[first + 1].value().integer(),
                       .devices = replies[first + 3].value().integer(),
                       .documents_limit = read_limit(profile[3]),
                       .appointed = profile[2].text() == "1"};
}

}  // namespace

RoleOrigin role_origin(const RosterEntry& account, std::string_view first,
                       const std::set<std::string, std::less<>>& named) {
    const std::string& name = account.username.str();
    if (named.contains(name)) return RoleOrigin::kEnvironment;
    if (name == first) return RoleOrigin::kFirst;
    return account.appointed ? RoleOrigin::kAppointed : RoleOrigin::kNone;
}

StoreResult<Roster::Accounts> Roster::accounts(const std::string& cursor, std::size_t limit) {
    auto page = ranked_page(database_, std::string(keys::kUsers), cursor, limit);
    if (!page) return tl::unexpected(page.error());
    std::vector<core::Username> usernames;
    std::vector<RedisCommand> questions;
    for (const auto& [name, seen] : page->members) {
        auto username = core::Username::parse(name);
        if (!username) continue;
        add_questions(questions, *username);
        usernames.push_back(std::move(*username));
    }
    Accounts accounts{.entries = {}, .next = std::move(page->next)};
    if (usernames.empty()) return accounts;
    const auto replies = database_.exchange(questions);
    if (!replies) return tl::unexpected(replies.error());
    for (std::size_t i = 0; i < usernames.size(); ++i) {
        if (auto entry = read_entry(std::move(usernames[i]), *replies, i * kQuestions))
            accounts.entries.push_back(std::move(*entry));
    }
    return accounts;
}

StoreResult<std::optional<RosterEntry>> Roster::account(const core::Username& username) {
    std::vector<RedisCommand> questions;
    add_questions(questions, username);
    const auto replies = database_.exchange(questions);
    if (!replies) return tl::unexpected(replies.error());
    return read_entry(username, *replies, 0);
}

StoreResult<Roster::Documents> Roster::documents(const core::Username& username, const std::string& cursor,
                                                 std::size_t limit, RankedOrder order) {
    auto page = ranked_page(database_, keys::documents(username), cursor, limit, order);
    if (!page) return tl::unexpected(page.error());
    Documents found{.documents = {}, .cursors = {}, .next = std::move(page->next)};
    for (const auto& member : page->members) {
        auto document = core::DocumentId::parse(member.name);
        if (!document) continue;
        found.documents.push_back(std::move(*document));
        found.cursors.push_back(member.cursor());
    }
    return found;
}

}  // namespace koshelf::store
