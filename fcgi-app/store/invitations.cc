#include "store/invitations.h"

#include <charconv>
#include <utility>

#include "platform/crypto.h"
#include "store/keys.h"
#include "store/ranked_page.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisValue;

constexpr core::EpochSeconds kListedAfterwards = core::EpochSeconds{30} * 86'400;
constexpr std::size_t kIdSize = 16;
constexpr std::string_view kAccountsShown = "-100";

// A code has a hundred random bits: nothing more than a plain digest is needed.
std::string digest_of(const std::string& code) {
    return platform::sha256_hex(code);
}

std::string id_of(const std::string& digest) {
    return digest.substr(0, kIdSize);
}

bool is_invitation_id(std::string_view text) {
    return text.size() == kIdSize && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::int64_t read_count(RedisValue field) {
    std::int64_t value = 0;
    const std::string_view text = field.text();
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

void ask_for(std::vector<RedisCommand>& questions, const std::string& id) {
    questions.push_back({"HMGET", keys::invitation(id), "note", "created", "expires", "uses_left", "by"});
    questions.push_back({"LRANGE", keys::invitation_accounts(id), kAccountsShown, "-1"});
}

Invitation read_invitation(std::string id, RedisValue fields, RedisValue accounts) {
    Invitation invitation{.id = std::move(id),
                          .note = std::string(fields[0].text()),
                          .created = read_count(fields[1]),
                          .expires = read_count(fields[2]),
                          .uses_left = read_count(fields[3]),
                          .by = std::string(fields[4].text()),
                          .used_by = {}};
    for (std::size_t i = 0; i < accounts.size(); ++i) invitation.used_by.emplace_back(accounts[i].text());
    return invitation;
}

}  // namespace

StoreResult<std::string> Invitations::create(const std::string& code, const Invitation& invitation) {
    const std::string digest = digest_of(code);
    std::string id = id_of(digest);
    const std::string key = keys::invitation(id);
    const std::string created = std::to_string(invitation.created);
    const std::vector<RedisCommand> commands = {
        {"HSET", key, "digest", digest, "note", invitation.note, "created", created, "expires",
         std::to_string(invitation.expires), "uses_left", std::to_string(invitation.uses_left), "by",
         invitation.by},
        {"EXPIREAT", key, std::to_string(invitation.expires + kListedAfterwards)},
        {"ZADD", keys::kInvitations, created, id}};
    const auto replies = database_.exchange(commands);
    if (!replies) return tl::unexpected(replies.error());
    return id;
}

StoreResult<Invitations::Page> Invitations::list(const std::string& cursor, std::size_t limit) {
    auto ranked = ranked_page(database_, std::string(keys::kInvitations), cursor, limit);
    if (!ranked) return tl::unexpected(ranked.error());
    Page page{.invitations = {}, .next = std::move(ranked->next)};
    std::vector<RedisCommand> questions;
    for (const auto& [id, created] : ranked->members) ask_for(questions, id);
    if (questions.empty()) return page;
    const auto replies = database_.exchange(questions);
    if (!replies) return tl::unexpected(replies.error());
    for (std::size_t i = 0; i < ranked->members.size(); ++i) {
        const std::string& id = ranked->members[i].name;
        const RedisValue fields = (*replies)[2 * i].value();
        if (fields[1].is_string()) {
            page.invitations.push_back(read_invitation(id, fields, (*replies)[2 * i + 1].value()));
        } else {
            database_.post(RedisCommand{"ZREM", keys::kInvitations, id});  // its time is over
        }
    }
    return page;
}

StoreResult<bool> Invitations::revoke(const std::string& id) {
    if (!is_invitation_id(id)) return false;
    const std::vector<RedisCommand> commands = {{"DEL", keys::invitation(id)},
                                                {"DEL", keys::invitation_accounts(id)},
                                                {"ZREM", keys::kInvitations, id}};
    const auto replies = database_.exchange(commands);
    if (!replies) return tl::unexpected(replies.error());
    return replies->front().value().integer() == 1;
}

StoreResult<Invitations::Acceptance> Invitations::accept(const std::string& code,
                                                         const core::Username& username,
                                                         const core::Credential& credential,
                                                         core::EpochSeconds now, Naming naming) {
    const std::string digest = digest_of(code);
    const std::string id = id_of(digest);
    const std::string time = std::to_string(now);
    const auto reply = database_.run({.script = accept_invitation_script(),
                                      .keys = {keys::credential(username), keys::profile(username),
                                               keys::invitation(id), keys::invitation_accounts(id)},
                                      .arguments = {credential.reveal(), time, username.str(), digest, id,
                                                    naming == Naming::kReserved ? "reserved" : ""}});
    if (!reply) return tl::unexpected(reply.error());
    const std::int64_t answer = reply->value().integer();
    if (answer < 0) return Acceptance::kNotGood;
    if (answer == 0) return Acceptance::kNameTaken;
    database_.post(RedisCommand{"ZADD", keys::kUsers, time, username.str()});
    return Acceptance::kCreated;
}

}  // namespace koshelf::store
