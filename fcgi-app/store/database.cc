#include "store/database.h"

#include <algorithm>
#include <utility>

#include "platform/metrics.h"

namespace koshelf::store {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;
using platform::Redis;
using platform::RedisCommand;
using platform::RedisReply;

RedisCommand to_command(std::string_view verb, const std::string& script, const ScriptCall& call) {
    RedisCommand command{verb, script, std::to_string(call.keys.size())};
    for (const std::string& key : call.keys) command.add(key);
    for (const std::string& argument : call.arguments) command.add(argument);
    return command;
}

RedisCommand by_name(const ScriptCall& call) {
    return to_command("EVALSHA", call.script.sha1(), call);
}
RedisCommand by_text(const ScriptCall& call) {
    return to_command("EVAL", call.script.source(), call);
}

bool is_unknown_script(const RedisReply& reply) {
    return reply.value().is_error() && reply.value().text().starts_with("NOSCRIPT");
}

StoreError unreachable(const platform::RedisUnreachable& failure) {
    return {StoreError::Kind::kUnreachable, failure.why};
}

StoreResult<Redis::Replies> without_errors(Redis::Replies replies) {
    const auto failed =
        std::ranges::find_if(replies, [](const RedisReply& reply) { return reply.value().is_error(); });
    if (failed == replies.end()) return replies;
    metrics::count(series(Metric::kRedisErrors, "unexpected"));
    return tl::unexpected(StoreError{StoreError::Kind::kUnexpected, std::string(failed->value().text())});
}

}  // namespace

tl::expected<Redis::Replies, platform::RedisUnreachable> Database::send(
    std::span<const RedisCommand> commands) {
    if (!rider_) return redis_.exchange(commands);
    const Rider rider = std::move(*std::exchange(rider_, std::nullopt));
    std::vector<RedisCommand> all;
    all.reserve(commands.size() + 1);
    all.push_back(rider.question);
    all.insert(all.end(), commands.begin(), commands.end());
    auto replies = redis_.exchange(all);
    if (!replies) return replies;
    rider.answered(replies->front().value());
    replies->erase(replies->begin());
    return replies;
}

void Database::ride(RedisCommand question, std::function<void(platform::RedisValue)> answered) {
    rider_ = Rider{std::move(question), std::move(answered)};
}

StoreResult<Redis::Replies> Database::exchange(std::span<const RedisCommand> commands) {
    auto replies = send(commands);
    if (!replies) return tl::unexpected(unreachable(replies.error()));
    return without_errors(std::move(*replies));
}

StoreResult<RedisReply> Database::ask(const RedisCommand& command) {
    auto replies = exchange({&command, 1});
    if (!replies) return tl::unexpected(replies.error());
    return std::move(replies->front());
}

StoreResult<RedisReply> Database::run(const ScriptCall& call) {
    auto replies = run_after({}, call);
    if (!replies) return tl::unexpected(replies.error());
    return std::move(replies->front());
}

StoreResult<Redis::Replies> Database::run_after(std::vector<RedisCommand> commands, const ScriptCall& call) {
    commands.push_back(by_name(call));
    auto replies = send(commands);
    if (!replies) return tl::unexpected(unreachable(replies.error()));
    if (is_unknown_script(replies->back())) {
        const RedisCommand command = by_text(call);
        auto again = send({&command, 1});
        if (!again) return tl::unexpected(unreachable(again.error()));
        replies->back() = std::move(again->front());
    }
    return without_errors(std::move(*replies));
}

StoreResult<Redis::Replies> Database::run_all(std::span<const ScriptCall> calls) {
    auto replies = run_each(calls);
    if (!replies) return replies;
    return without_errors(std::move(*replies));
}

StoreResult<Redis::Replies> Database::run_each(std::span<const ScriptCall> calls) {
    std::vector<RedisCommand> commands;
    commands.reserve(calls.size());
    // The first one carries its text, in case Redis has forgotten (or never known) the script.
    for (const ScriptCall& call : calls) commands.push_back(commands.empty() ? by_text(call) : by_name(call));
    auto replies = send(commands);
    if (!replies) return tl::unexpected(unreachable(replies.error()));
    return std::move(*replies);
}

// By text: nobody would notice that Redis does not know the script.
void Database::post(const ScriptCall& call) {
    redis_.post(by_text(call));
}

}  // namespace koshelf::store
