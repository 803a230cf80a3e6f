#include "store/roles.h"

#include <vector>

#include "store/accounts.h"
#include "store/keys.h"

namespace koshelf::store {

using platform::RedisCommand;

StoreResult<Roles::Standing> Roles::standing(const core::Username& username,
                                             const core::Credential& credential) {
    const std::vector<RedisCommand> questions = {{"GET", keys::credential(username)},
                                                 {"GET", keys::kAdminUsername},
                                                 {"HGET", keys::profile(username), "is_admin"}};
    const auto replies = database_.exchange(questions);
    if (!replies) return tl::unexpected(replies.error());
    return Standing{.authorized = grants((*replies)[0].value(), credential),
                    .first = (*replies)[1].value().text() == username.str(),
                    .appointed = (*replies)[2].value().text() == "1"};
}

StoreResult<std::string> Roles::first_administrator() {
    const auto reply = database_.ask({"GET", keys::kAdminUsername});
    if (!reply) return tl::unexpected(reply.error());
    return std::string(reply->value().text());
}

StoreResult<Roles::Appointment> Roles::appoint(const core::Username& username, bool admin,
                                               const core::Username& by, bool by_environment) {
    const auto reply = database_.run({.script = set_role_script(),
                                      .keys = {keys::credential(username), keys::profile(username),
                                               keys::profile(by), std::string(keys::kAdminUsername)},
                                      .arguments = {username.str(), admin ? "admin" : "reader", by.str(),
                                                    by_environment ? "environment" : ""}});
    if (!reply) return tl::unexpected(reply.error());
    if (reply->value().integer() < 0) return Appointment::kNoRight;
    return reply->value().integer() == 1 ? Appointment::kDone : Appointment::kNoAccount;
}

StoreResult<Roles::Start> Roles::start() {
    const std::vector<RedisCommand> questions = {{"EXISTS", keys::kSchema}, {"ZCARD", keys::kUsers}};
    const auto replies = database_.exchange(questions);
    if (!replies) return tl::unexpected(replies.error());
    if ((*replies)[1].value().integer() > 0) return Start::kStarted;
    return (*replies)[0].value().integer() == 0 ? Start::kNotIndexed : Start::kFresh;
}

StoreResult<Roles::Start> Roles::create_first(const core::Username& username,
                                              const core::Credential& credential, core::EpochSeconds now) {
    const auto reply = database_.run(
        {.script = create_first_account_script(),
         .keys = {keys::credential(username), keys::profile(username), std::string(keys::kUsers),
                  std::string(keys::kSchema), std::string(keys::kAdminUsername)},
         .arguments = {credential.reveal(), std::to_string(now), username.str()}});
    if (!reply) return tl::unexpected(reply.error());
    if (reply->value().integer() < 0) return Start::kNotIndexed;
    return reply->value().integer() == 1 ? Start::kFresh : Start::kStarted;
}

}  // namespace koshelf::store
