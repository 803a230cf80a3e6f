// What the stores share: one connection, typed failures, scripts by name.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "platform/redis.h"
#include "store/script.h"

namespace koshelf::store {

struct StoreError {
    enum class Kind {
        kUnreachable,  // no connection, no answer in time: what was sent may or may not have been done
        kUnexpected,   // an error, or an answer of the wrong shape: a full disk, a key of another type
    };
    Kind kind;
    std::string detail;  // for the log
};

template <typename T>
using StoreResult = tl::expected<T, StoreError>;

// A script with its keys and arguments.
struct ScriptCall {
    const Script& script;
    std::vector<std::string> keys;
    std::vector<std::string> arguments;
};

class Database {
  public:
    explicit Database(platform::Redis& redis) : redis_(redis) {}

    // One round trip. A command that fails makes the whole result kUnexpected.
    [[nodiscard]] StoreResult<platform::Redis::Replies> exchange(
        std::span<const platform::RedisCommand> commands);

    // The same for a single command, and for a script (two round trips if Redis does not know it yet).
    [[nodiscard]] StoreResult<platform::RedisReply> ask(const platform::RedisCommand& command);
    [[nodiscard]] StoreResult<platform::RedisReply> run(const ScriptCall& call);

    // Commands and a script in one round trip; the script's answer is the last.
    [[nodiscard]] StoreResult<platform::Redis::Replies> run_after(
        std::vector<platform::RedisCommand> commands, const ScriptCall& call);

    // Many calls of scripts in one round trip.
    [[nodiscard]] StoreResult<platform::Redis::Replies> run_all(std::span<const ScriptCall> calls);
    // The same; an error of a script is the answer to its call, and no failure of the whole.
    [[nodiscard]] StoreResult<platform::Redis::Replies> run_each(std::span<const ScriptCall> calls);

    // Has a question travel with the next exchange, ahead of its commands and in the same round trip;
    // `answered` is called with the answer (which may be an error) before the exchange returns. If that
    // exchange fails, nobody is called. A second question replaces the first.
    void ride(platform::RedisCommand question, std::function<void(platform::RedisValue)> answered);

    // A hint that may be lost: nobody waits for it.
    void post(const platform::RedisCommand& command) { redis_.post(command); }
    void post(const ScriptCall& call);

  private:
    struct Rider {
        platform::RedisCommand question;
        std::function<void(platform::RedisValue)> answered;
    };

    [[nodiscard]] tl::expected<platform::Redis::Replies, platform::RedisUnreachable> send(
        std::span<const platform::RedisCommand> commands);

    platform::Redis& redis_;
    std::optional<Rider> rider_;
};

}  // namespace koshelf::store
