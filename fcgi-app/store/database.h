// What the stores share: one connection, typed failures, scripts by name.
#pragma once

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

    // A hint that may be lost: nobody waits for it.
    void post(const platform::RedisCommand& command) { redis_.post(command); }
    void post(const ScriptCall& call);

  private:
    platform::Redis& redis_;
};

}  // namespace koshelf::store
