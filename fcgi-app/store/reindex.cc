#include "store/reindex.h"

#include <utility>
#include <vector>

#include "core/redis_info.h"
#include "store/keys.h"
#include "store/keyspace.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisValue;

constexpr std::string_view kStep = "500";        // keys a SCAN step looks at
constexpr std::string_view kLockSeconds = "30";  // a step takes milliseconds

ScriptCall index_call(std::string_view key, const DocumentKey& parts) {
    const std::string account = keys::account_of_bytes(parts.username);
    return {.script = index_document_script(),
            .keys = {account + "key", std::string(key), account + "documents"},
            .arguments = {std::string(parts.document), account}};
}

StoreResult<void> index_documents(Database& database, const std::vector<ScriptCall>& calls,
                                  ReindexProgress& progress) {
    if (calls.empty()) return {};
    const auto replies = database.run_all(calls);
    if (!replies) return tl::unexpected(replies.error());
    for (const auto& reply : *replies) {
        ++(reply.value().integer() == 1 ? progress.documents : progress.orphans);
    }
    return {};
}

StoreResult<void> index_accounts(Database& database, const std::vector<std::string_view>& usernames,
                                 ReindexProgress& progress) {
    if (usernames.empty()) return {};
    std::vector<RedisCommand> commands;
    commands.reserve(usernames.size());
    // Last seen is not known: 0, unless the account has been here since.
    for (const std::string_view username : usernames)
        commands.push_back({"ZADD", keys::kUsers, "NX", "0", username});
    const auto replies = database.exchange(commands);
    if (!replies) return tl::unexpected(replies.error());
    progress.accounts += static_cast<std::int64_t>(usernames.size());
    return {};
}

// Everything in one batch of keys.
StoreResult<void> index_keys(Database& database, RedisValue found, ReindexProgress& progress) {
    std::vector<std::string_view> usernames;
    std::vector<ScriptCall> documents;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const std::string_view key = found[i].text();
        if (const auto username = account_of_key(key)) {
            usernames.push_back(*username);
        } else if (const auto document = document_of_key(key)) {
            documents.push_back(index_call(key, *document));
        }
    }
    if (auto done = index_accounts(database, usernames, progress); !done) return done;
    return index_documents(database, documents, progress);
}

// The life of Redis that a cursor belongs to.
StoreResult<std::string> run_id(Database& database) {
    const auto reply = database.ask({"INFO", "server"});
    if (!reply) return tl::unexpected(reply.error());
    return std::string(core::RedisInfo(reply->value().text()).text("run_id").value_or(""));
}

StoreResult<std::string> saved_cursor(Database& database, const std::string& life) {
    const auto reply = database.ask({"HMGET", keys::kReindex, "run_id", "cursor"});
    if (!reply) return tl::unexpected(reply.error());
    const RedisValue fields = reply->value();
    if (life.empty() || fields[0].text() != life || !fields[1].is_string()) return std::string("0");
    return std::string(fields[1].text());
}

StoreResult<bool> take_lock(Database& database, const std::string& owner) {
    const auto reply = database.ask({"SET", keys::kReindexLock, owner, "NX", "EX", kLockSeconds});
    if (!reply) return tl::unexpected(reply.error());
    return reply->value().is_string();
}

StoreResult<void> save(Database& database, const std::string& life, const std::string& cursor) {
    const std::vector<RedisCommand> commands = {{"HSET", keys::kReindex, "run_id", life, "cursor", cursor},
                                                {"EXPIRE", keys::kReindexLock, kLockSeconds}};
    const auto replies = database.exchange(commands);
    if (!replies) return tl::unexpected(replies.error());
    return {};
}

StoreResult<void> complete(Database& database) {
    const std::vector<RedisCommand> commands = {{"SET", keys::kSchema, kSchemaVersion},
                                                {"DEL", keys::kReindex, keys::kReindexLock}};
    const auto replies = database.exchange(commands);
    if (!replies) return tl::unexpected(replies.error());
    return {};
}

StoreResult<ReindexProgress> walk(Database& database, const std::function<bool()>& keep_going) {
    ReindexProgress progress;
    const auto life = run_id(database);
    if (!life) return tl::unexpected(life.error());
    auto cursor = saved_cursor(database, *life);
    if (!cursor) return tl::unexpected(cursor.error());
    do {
        if (!keep_going()) return progress;
        const auto reply = database.ask({"SCAN", *cursor, "MATCH", "user:*", "COUNT", kStep});
        if (!reply) return tl::unexpected(reply.error());
        if (const auto done = index_keys(database, reply->value()[1], progress); !done) {
            return tl::unexpected(done.error());
        }
        cursor = std::string(reply->value()[0].text());
        if (const auto saved = save(database, *life, *cursor); !saved) return tl::unexpected(saved.error());
    } while (*cursor != "0");
    if (const auto done = complete(database); !done) return tl::unexpected(done.error());
    progress.complete = true;
    return progress;
}

// A glob that matches exactly this text.
std::string escape_glob(std::string_view text) {
    std::string pattern;
    for (const char c : text) {
        if (std::string_view("*?[]^-\\").find(c) != std::string_view::npos) pattern += '\\';
        pattern += c;
    }
    return pattern;
}

}  // namespace

StoreResult<bool> needs_reindex(Database& database) {
    const auto reply = database.ask({"EXISTS", keys::kSchema});
    if (!reply) return tl::unexpected(reply.error());
    return reply->value().integer() == 0;
}

StoreResult<ReindexProgress> reindex(Database& database, const std::string& owner,
                                     const std::function<bool()>& keep_going) {
    const auto locked = take_lock(database, owner);
    if (!locked) return tl::unexpected(locked.error());
    if (!*locked) return ReindexProgress{};
    auto progress = walk(database, keep_going);
    if (!progress || !progress->complete) database.post(RedisCommand{"DEL", keys::kReindexLock});
    return progress;
}

StoreResult<void> index_account(Database& database, const core::Username& username) {
    ReindexProgress progress;
    const std::string pattern = escape_glob(keys::account(username)) + "document:*";
    std::string cursor = "0";
    do {
        const auto reply = database.ask({"SCAN", cursor, "MATCH", pattern, "COUNT", kStep});
        if (!reply) return tl::unexpected(reply.error());
        if (auto done = index_keys(database, reply->value()[1], progress); !done) return done;
        cursor = reply->value()[0].text();
    } while (cursor != "0");
    return {};
}

}  // namespace koshelf::store
