#include "platform/redis.h"

#include <utility>

#include <hiredis/hiredis.h>
#include <poll.h>

#include "platform/metrics.h"

namespace koshelf::platform {
namespace {

using core::metrics::Metric;

// Answers that mean "not now" for every command: the server starts, fails over, or is a replica.
bool means_unavailable(std::string_view error) {
    return error.starts_with("LOADING") || error.starts_with("MASTERDOWN") || error.starts_with("READONLY") ||
           error.starts_with("CLUSTERDOWN");
}

}  // namespace

bool RedisValue::is_nil() const {
    return node_ == nullptr || node_->type == REDIS_REPLY_NIL;
}
bool RedisValue::is_string() const {
    return node_ != nullptr && (node_->type == REDIS_REPLY_STRING || node_->type == REDIS_REPLY_STATUS);
}
bool RedisValue::is_integer() const {
    return node_ != nullptr && node_->type == REDIS_REPLY_INTEGER;
}
bool RedisValue::is_array() const {
    return node_ != nullptr && node_->type == REDIS_REPLY_ARRAY;
}
bool RedisValue::is_error() const {
    return node_ != nullptr && node_->type == REDIS_REPLY_ERROR;
}

std::string_view RedisValue::text() const {
    if (!is_string() && !is_error()) return {};
    return {node_->str, node_->len};
}

std::int64_t RedisValue::integer() const {
    return is_integer() ? node_->integer : 0;
}

std::size_t RedisValue::size() const {
    return is_array() ? node_->elements : 0;
}

RedisValue RedisValue::operator[](std::size_t i) const {
    return i < size() ? RedisValue(node_->element[i]) : RedisValue();
}

RedisReply::RedisReply(redisReply* node) : node_(node) {}
void RedisReply::Delete::operator()(redisReply* node) const {
    freeReplyObject(node);
}

Redis::Redis(RedisAddress address, Timeouts timeouts) : address_(std::move(address)), timeouts_(timeouts) {}
Redis::~Redis() = default;

tl::unexpected<RedisUnreachable> Redis::disconnect(std::string why) {
    context_.reset();
    greetings_ = 0;
    posted_ = 0;
    return tl::unexpected(RedisUnreachable{std::move(why)});
}

// Without an answer outstanding there is nothing to read: if there is, it is the end of the connection.
bool Redis::idle_connection_is_alive() {
    pollfd idle{.fd = context_->fd, .events = POLLIN, .revents = 0};
    if (poll(&idle, 1, 0) == 0) return true;
    for (; posted_ > 0; --posted_) {
        if (!next_reply()) return false;
    }
    return poll(&idle, 1, 0) == 0;
}

tl::expected<void, RedisUnreachable> Redis::connect() {
    auto context = connect_redis(address_, timeouts_.connect, timeouts_.reply);
    if (!context) return disconnect(context.error());
    context_ = std::move(*context);
    metrics::count(series(Metric::kRedisConnections));
    if (!address_.password.empty()) {
        RedisCommand auth{"AUTH"};
        if (!address_.user.empty()) auth.add(address_.user);
        append(auth.add(address_.password));
        ++greetings_;
    }
    append({"SELECT", std::to_string(address_.database)});
    ++greetings_;
    return {};
}

tl::expected<void, RedisUnreachable> Redis::ensure_connected() {
    if (context_ && idle_connection_is_alive()) return {};
    static_cast<void>(disconnect("found dead"));
    return connect();
}

void Redis::append(const RedisCommand& command) {
    std::vector<const char*> pointers;
    std::vector<std::size_t> lengths;
    pointers.reserve(command.arguments().size());
    lengths.reserve(command.arguments().size());
    for (const std::string& argument : command.arguments()) {
        pointers.push_back(argument.data());
        lengths.push_back(argument.size());
    }
    redisAppendCommandArgv(context_.get(), static_cast<int>(pointers.size()), pointers.data(),
                           lengths.data());
}

tl::expected<RedisReply, RedisUnreachable> Redis::next_reply() {
    void* node = nullptr;
    if (redisGetReply(context_.get(), &node) != REDIS_OK || node == nullptr) {
        return disconnect(context_->errstr);
    }
    RedisReply reply(static_cast<redisReply*>(node));
    if (reply.value().is_error() && means_unavailable(reply.value().text())) {
        return disconnect(std::string(reply.value().text()));
    }
    return reply;
}

tl::expected<void, RedisUnreachable> Redis::read_greetings() {
    for (; greetings_ > 0; --greetings_) {
        const auto reply = next_reply();
        if (!reply) return tl::unexpected(reply.error());
        if (reply->value().is_error()) return disconnect(std::string(reply->value().text()));
    }
    return {};
}

tl::expected<Redis::Replies, RedisUnreachable> Redis::exchange(std::span<const RedisCommand> commands) {
    const auto begun = metrics::Clock::now();
    auto replies = exchange_now(commands);
    metrics::observe(series(Metric::kRedisDuration), metrics::Clock::now() - begun);
    if (!replies) metrics::count(series(Metric::kRedisErrors, "unreachable"));
    return replies;
}

tl::expected<Redis::Replies, RedisUnreachable> Redis::exchange_now(std::span<const RedisCommand> commands) {
    if (const auto connected = ensure_connected(); !connected) return tl::unexpected(connected.error());
    for (const RedisCommand& command : commands) append(command);
    if (const auto greeted = read_greetings(); !greeted) return tl::unexpected(greeted.error());
    for (; posted_ > 0; --posted_) {
        if (const auto dropped = next_reply(); !dropped) return tl::unexpected(dropped.error());
    }
    Replies replies;
    replies.reserve(commands.size());
    for (std::size_t i = 0; i < commands.size(); ++i) {
        auto reply = next_reply();
        if (!reply) return tl::unexpected(reply.error());
        replies.push_back(std::move(*reply));
    }
    return replies;
}

void Redis::post(const RedisCommand& command) {
    if (!context_) return;
    append(command);
    ++posted_;
    int done = 0;
    if (redisBufferWrite(context_.get(), &done) != REDIS_OK) {
        static_cast<void>(disconnect(context_->errstr));
    }
}

}  // namespace koshelf::platform
