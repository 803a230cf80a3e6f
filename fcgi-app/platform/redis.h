// A connection to Redis: opened when needed, reopened when it died, pipelined, with a deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "platform/redis_address.h"
#include "platform/redis_connect.h"

struct redisReply;

namespace koshelf::platform {

// One answer of Redis, or one element of an answer. A view into the RedisReply that owns it.
class RedisValue {
  public:
    RedisValue() = default;
    explicit RedisValue(const redisReply* node) : node_(node) {}

    [[nodiscard]] bool is_nil() const;
    [[nodiscard]] bool is_string() const;  // bulk strings and statuses alike
    [[nodiscard]] bool is_integer() const;
    [[nodiscard]] bool is_array() const;
    [[nodiscard]] bool is_error() const;

    // The bytes of a string or the text of an error ("NOSCRIPT No matching script."); empty for all else.
    [[nodiscard]] std::string_view text() const;
    // The value of an integer; 0 for all else.
    [[nodiscard]] std::int64_t integer() const;
    // Elements of an array; 0 for all else.
    [[nodiscard]] std::size_t size() const;
    // Element i; nil if there is none.
    [[nodiscard]] RedisValue operator[](std::size_t i) const;

  private:
    const redisReply* node_ = nullptr;
};

// An owned answer.
class RedisReply {
  public:
    explicit RedisReply(redisReply* node);
    [[nodiscard]] RedisValue value() const { return RedisValue(node_.get()); }

  private:
    struct Delete {
        void operator()(redisReply* node) const;
    };
    std::unique_ptr<redisReply, Delete> node_;
};

// A command and its arguments, binary safe: {"GET", key}.
class RedisCommand {
  public:
    RedisCommand() = default;
    RedisCommand(std::initializer_list<std::string_view> arguments)
        : arguments_(arguments.begin(), arguments.end()) {}
    RedisCommand& add(std::string_view argument) {
        arguments_.emplace_back(argument);
        return *this;
    }
    [[nodiscard]] const std::vector<std::string>& arguments() const { return arguments_; }

  private:
    std::vector<std::string> arguments_;
};

// Redis could not be asked: no connection, no answer in time, or it is loading its data. What has been sent
// may or may not have been executed. The text is for the log.
struct RedisUnreachable {
    std::string why;
};

// One connection, used by one thread.
class Redis {
  public:
    // Each exchange ends within connect_timeout (only when a connection has to be made) + reply_timeout.
    struct Timeouts {
        std::chrono::milliseconds connect{200};
        std::chrono::milliseconds reply{800};
    };

    Redis(RedisAddress address, Timeouts timeouts);
    ~Redis();
    Redis(const Redis&) = delete;
    Redis(Redis&&) = delete;
    Redis& operator=(const Redis&) = delete;
    Redis& operator=(Redis&&) = delete;

    using Replies = std::vector<RedisReply>;

    // Sends all commands at once and waits for all answers: one round trip. A connection that died while it
    // was idle (Redis was restarted) is noticed before anything is sent, and replaced. Single commands may
    // have failed: an error is then their answer.
    [[nodiscard]] tl::expected<Replies, RedisUnreachable> exchange(std::span<const RedisCommand> commands);

    // Sends a command and does not wait: its answer is read and dropped by the next exchange. For hints that
    // may be lost. Does nothing without a living connection.
    void post(const RedisCommand& command);

  private:
    [[nodiscard]] tl::expected<Replies, RedisUnreachable> exchange_now(
        std::span<const RedisCommand> commands);
    [[nodiscard]] tl::expected<void, RedisUnreachable> ensure_connected();
    [[nodiscard]] tl::expected<void, RedisUnreachable> connect();
    void append(const RedisCommand& command);
    [[nodiscard]] tl::expected<RedisReply, RedisUnreachable> next_reply();
    [[nodiscard]] tl::expected<void, RedisUnreachable> read_greetings();
    [[nodiscard]] bool idle_connection_is_alive();
    [[nodiscard]] tl::unexpected<RedisUnreachable> disconnect(std::string why);

    RedisAddress address_;
    Timeouts timeouts_;
    RedisContext context_;
    std::size_t greetings_ = 0;  // AUTH and SELECT, sent with the first exchange of a connection
    std::size_t posted_ = 0;     // answers to post() that are still to be read
};

}  // namespace koshelf::platform
