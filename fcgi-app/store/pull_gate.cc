#include "store/pull_gate.h"

#include <array>

#include "store/keys.h"

namespace koshelf::store {

using platform::RedisCommand;

StoreResult<bool> PullGate::enter(const std::string& credential_digest, const core::LibraryItemId& item,
                                  std::chrono::milliseconds budget) {
    const std::array<RedisCommand, 2> questions = {
        RedisCommand{"EXISTS", keys::kPullBreaker},
        RedisCommand{"SET", keys::pull_lock(credential_digest, item), "1", "NX", "PX",
                     std::to_string(budget.count() + 500)}};
    const auto answers = database_.exchange(questions);
    if (!answers) return tl::unexpected(answers.error());
    return (*answers)[0].value().integer() == 0 && (*answers)[1].value().is_string();
}

void PullGate::leave(const std::string& credential_digest, const core::LibraryItemId& item) {
    database_.post(RedisCommand{"SET", keys::pull_lock(credential_digest, item), "1", "PX",
                                std::to_string(kFresh.count())});
    database_.post(RedisCommand{"DEL", keys::kPullFailures});
}

void PullGate::close() {
    database_.post(ScriptCall{.script = close_pull_gate_script(),
                              .keys = {std::string(keys::kPullBreaker), std::string(keys::kPullFailures)},
                              .arguments = {}});
}

StoreResult<bool> PullGate::is_closed() {
    const auto reply = database_.ask({"EXISTS", keys::kPullBreaker});
    if (!reply) return tl::unexpected(reply.error());
    return reply->value().integer() == 1;
}

}  // namespace koshelf::store
