#include "store/whole_database.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "store/keys.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisValue;

// A key may hold megabytes, the text of a book.
constexpr std::string_view kCopiedAtOnce = "50";
constexpr std::string_view kLookedAtAtOnce = "1000";

bool is_ours(std::string_view key) {
    return std::ranges::any_of(keys::kPrefixes,
                               [key](std::string_view prefix) { return key.starts_with(prefix); });
}

// How far a reindex is belongs to the Redis that it runs in.
bool belongs_to_a_process(std::string_view key) {
    return key == keys::kReindex || key == keys::kReindexLock;
}

StoreResult<std::vector<std::string>> step(Database& database, std::string& cursor, std::string_view pattern,
                                           std::string_view count) {
    const auto reply = database.ask({"SCAN", cursor, "MATCH", pattern, "COUNT", count});
    if (!reply) return tl::unexpected(reply.error());
    std::vector<std::string> found;
    const RedisValue names = reply->value()[1];
    for (std::size_t i = 0; i < names.size(); ++i) found.emplace_back(names[i].text());
    cursor = reply->value()[0].text();
    return found;
}

// Whether there is one like that.
StoreResult<bool> has_key(Database& database, std::string_view pattern, bool (*is_it)(std::string_view)) {
    std::string cursor = "0";
    do {
        const auto found = step(database, cursor, pattern, kLookedAtAtOnce);
        if (!found) return tl::unexpected(found.error());
        if (std::ranges::any_of(*found, is_it)) return true;
    } while (cursor != "0");
    return false;
}

// How many of them were copied.
StoreResult<std::int64_t> copy_keys(Database& from, Database& to, const std::vector<std::string>& names) {
    if (names.empty()) return 0;
    std::vector<RedisCommand> questions;
    for (const std::string& name : names) {
        questions.push_back({"PTTL", name});
        questions.push_back({"DUMP", name});
    }
    const auto answers = from.exchange(questions);
    if (!answers) return tl::unexpected(answers.error());
    std::vector<RedisCommand> commands;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const RedisValue dump = (*answers)[2 * i + 1].value();
        if ((*answers)[2 * i].value().integer() != -1 || !dump.is_string()) continue;
        commands.push_back({"RESTORE", names[i], "0", dump.text(), "REPLACE"});
    }
    if (commands.empty()) return 0;
    const auto replies = to.exchange(commands);
    if (!replies) return tl::unexpected(replies.error());
    return static_cast<std::int64_t>(commands.size());
}

}  // namespace

StoreResult<bool> has_data(Database& database) {
    const auto any = [](std::string_view) { return true; };
    auto found = has_key(database, "user:*", any);
    return found && !*found ? has_key(database, "config:*", any) : found;
}

StoreResult<bool> has_foreign_data(Database& database) {
    return has_key(database, "*", [](std::string_view key) { return !is_ours(key); });
}

StoreResult<std::int64_t> copy_database(Database& from, Database& to,
                                        const std::function<bool(std::int64_t)>& copied) {
    std::int64_t total = 0;
    std::string cursor = "0";
    do {
        auto found = step(from, cursor, "*", kCopiedAtOnce);
        if (!found) return tl::unexpected(found.error());
        std::erase_if(*found,
                      [](const std::string& key) { return !is_ours(key) || belongs_to_a_process(key); });
        const auto done = copy_keys(from, to, *found);
        if (!done) return tl::unexpected(done.error());
        total += *done;
        if (!copied(total)) break;
    } while (cursor != "0");
    return total;
}

StoreResult<std::int64_t> size_of(Database& database) {
    const auto reply = database.ask({"DBSIZE"});
    if (!reply) return tl::unexpected(reply.error());
    return reply->value().integer();
}

StoreResult<void> swap_databases(Database& database, int one, int other) {
    const auto reply = database.ask({"SWAPDB", std::to_string(one), std::to_string(other)});
    if (!reply) return tl::unexpected(reply.error());
    return {};
}

StoreResult<void> clear(Database& database) {
    const auto reply = database.ask({"FLUSHDB"});
    if (!reply) return tl::unexpected(reply.error());
    return {};
}

}  // namespace koshelf::store
