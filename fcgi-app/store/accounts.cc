#include "store/accounts.h"

#include <algorithm>
#include <utility>

#include "platform/crypto.h"
#include "store/keys.h"
#include "store/position_fields.h"
#include "store/reindex.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;

constexpr std::string_view kDeletionMarkSeconds = "3600";
constexpr core::EpochSeconds kTouchIntervalSeconds = 60;
constexpr std::string_view kPageSize = "200";
constexpr std::size_t kMaxTouched = 10'000;

}  // namespace

bool grants(platform::RedisValue stored, const core::Credential& credential) {
    // An unknown account costs the same comparison as a wrong credential, and no text equals "".
    return platform::equal_in_constant_time(stored.text(), credential.reveal());
}

StoreResult<bool> Accounts::create(const core::Username& username, const core::Credential& credential,
                                   core::EpochSeconds now) {
    const std::string time = std::to_string(now);
    const auto reply = database_.run({.script = create_account_script(),
                                      .keys = {keys::credential(username), keys::profile(username)},
                                      .arguments = {credential.reveal(), time}});
    if (!reply) return tl::unexpected(reply.error());
    const bool created = reply->value().integer() == 1;
    if (created) database_.post(RedisCommand{"ZADD", keys::kUsers, time, username.str()});
    return created;
}

StoreResult<bool> Accounts::authorize(const core::Username& username, const core::Credential& credential) {
    const auto reply = database_.ask({"GET", keys::credential(username)});
    if (!reply) return tl::unexpected(reply.error());
    return grants(reply->value(), credential);
}

StoreResult<bool> Accounts::change_credential(const core::Username& username,
                                              const core::Credential& old_credential,
                                              const core::Credential& new_credential) {
    const auto reply = database_.run({.script = change_credential_script(),
                                      .keys = {keys::credential(username)},
                                      .arguments = {old_credential.reveal(), new_credential.reveal()}});
    if (!reply) return tl::unexpected(reply.error());
    return reply->value().integer() == 1;
}

StoreResult<bool> Accounts::reset_credential(const core::Username& username,
                                             const core::Credential& credential) {
    const auto reply = database_.ask({"SET", keys::credential(username), credential.reveal(), "XX"});
    if (!reply) return tl::unexpected(reply.error());
    return !reply->value().is_nil();
}

StoreResult<bool> Accounts::set_documents_limit(const core::Username& username,
                                                std::optional<std::int64_t> limit) {
    const auto reply = database_.run({.script = set_profile_field_script(),
                                      .keys = {keys::credential(username), keys::profile(username)},
                                      .arguments = {"documents_limit", limit ? std::to_string(*limit) : ""}});
    if (!reply) return tl::unexpected(reply.error());
    return reply->value().integer() == 1;
}

StoreResult<Accounts::Deletion> Accounts::remove(const core::Username& username) {
    return remove_if_idle(username, std::nullopt);
}

StoreResult<Accounts::Deletion> Accounts::remove_idle(const core::Username& username,
                                                      core::EpochSeconds since) {
    return remove_if_idle(username, since);
}

StoreResult<Accounts::Deletion> Accounts::remove(const core::Username& username,
                                                 const core::Credential& credential) {
    return remove(username, credential, std::nullopt);
}

StoreResult<Accounts::Deletion> Accounts::remove_if_idle(const core::Username& username,
                                                         std::optional<core::EpochSeconds> since) {
    // Somebody may change the password between the two steps.
    for (int attempt = 0; attempt < 3; ++attempt) {
        const auto reply = database_.ask({"GET", keys::credential(username)});
        if (!reply) return tl::unexpected(reply.error());
        const auto credential = core::Credential::parse(reply->value().text());
        if (!credential) return Deletion::kGone;
        auto deletion = remove(username, *credential, since);
        if (!deletion || *deletion != Deletion::kUnauthorized) return deletion;
    }
    return tl::unexpected(StoreError{StoreError::Kind::kUnexpected, "the password changes all the time"});
}

StoreResult<core::EpochSeconds> Accounts::last_used(const core::Username& username) {
    const std::vector<RedisCommand> questions = {
        {"HMGET", keys::profile(username), "created", "last_seen"},
        {"ZREVRANGE", keys::documents(username), "0", "0", "WITHSCORES"}};
    const auto replies = database_.exchange(questions);
    if (!replies) return tl::unexpected(replies.error());
    core::EpochSeconds last = 0;
    for (const platform::RedisValue time :
         {(*replies)[0].value()[0], (*replies)[0].value()[1], (*replies)[1].value()[1]})
        last = std::max(last, read_timestamp(time).value_or(0));
    return last;
}

StoreResult<Accounts::Deletion> Accounts::remove(const core::Username& username,
                                                 const core::Credential& credential,
                                                 std::optional<core::EpochSeconds> since) {
    const std::string mark = keys::deletion_mark(username, credential);
    const std::vector<RedisCommand> questions = {{"GET", keys::credential(username)},
                                                 {"EXISTS", mark},
                                                 {"EXISTS", keys::kSchema},
                                                 {"HGET", keys::profile(username), "invitation"}};
    const auto answers = database_.exchange(questions);
    if (!answers) return tl::unexpected(answers.error());
    if (!grants((*answers)[0].value(), credential)) {
        const bool gone = (*answers)[0].value().is_nil() && (*answers)[1].value().integer() == 1;
        return gone ? Deletion::kGone : Deletion::kUnauthorized;
    }
    if ((*answers)[2].value().integer() == 0) {
        // Data of the reference server that the first reindex has not reached yet: nothing may stay behind.
        const auto indexed = index_account(database_, username);
        if (!indexed) return tl::unexpected(indexed.error());
    }
    std::vector<std::string> arguments = {credential.reveal(), keys::account(username)};
    if (since) arguments.push_back(std::to_string(*since));
    const auto reply =
        database_.run({.script = since ? delete_idle_account_script() : delete_account_script(),
                       .keys = {keys::credential(username)},
                       .arguments = std::move(arguments)});
    if (!reply) return tl::unexpected(reply.error());
    if (reply->value().integer() == 0) return Deletion::kGone;
    if (reply->value().integer() == -2) return Deletion::kInUse;
    if (reply->value().integer() < 0) return Deletion::kUnauthorized;
    last_touched_.erase(username.str());
    // Whoever takes the name next must not become what its last owner was.
    const auto demoted = database_.run({.script = forget_admin_script(),
                                        .keys = {std::string(keys::kAdminUsername)},
                                        .arguments = {username.str()}});
    if (!demoted) return tl::unexpected(demoted.error());
    database_.post(RedisCommand{"ZREM", keys::kUsers, username.str()});
    database_.post(RedisCommand{"ZREM", keys::kOutbox, username.str()});
    if (const auto invitation = text_of((*answers)[3].value()))
        database_.post(RedisCommand{"LREM", keys::invitation_accounts(*invitation), "0", username.str()});
    database_.post(ScriptCall{.script = forget_activity_script(),
                              .keys = {std::string(keys::kActivity)},
                              .arguments = {username.str()}});
    database_.post(RedisCommand{"SET", mark, "1", "EX", kDeletionMarkSeconds});
    return Deletion::kDeleted;
}

StoreResult<Accounts::Page> Accounts::list(const std::string& cursor) {
    const auto reply = database_.ask({"ZSCAN", keys::kUsers, cursor, "COUNT", kPageSize});
    if (!reply) return tl::unexpected(reply.error());
    Page page{.usernames = {}, .next = std::string(reply->value()[0].text())};
    const platform::RedisValue found = reply->value()[1];
    for (std::size_t i = 0; i < found.size(); i += 2) {
        if (auto username = core::Username::parse(found[i].text()))
            page.usernames.push_back(std::move(*username));
    }
    return page;
}

void Accounts::touch(const core::Username& username, core::EpochSeconds now) {
    if (last_touched_.size() >= kMaxTouched) last_touched_.clear();
    core::EpochSeconds& last = last_touched_[username.str()];
    if (now - last < kTouchIntervalSeconds) return;
    last = now;
    const std::string time = std::to_string(now);
    database_.post(ScriptCall{.script = touch_script(),
                              .keys = {keys::credential(username), keys::profile(username)},
                              .arguments = {time}});
    // XX: an account that is deleted meanwhile does not come back into the list.
    database_.post(RedisCommand{"ZADD", keys::kUsers, "XX", time, username.str()});
}

}  // namespace koshelf::store
