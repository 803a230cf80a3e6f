// The one place where a connection to Redis is made.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "platform/redis_address.h"

struct redisContext;

namespace koshelf::platform {

struct RedisDisconnect {
    void operator()(redisContext* context) const;
};
using RedisContext = std::unique_ptr<redisContext, RedisDisconnect>;

// A connection on which nothing has been said yet. The error is for the log.
[[nodiscard]] tl::expected<RedisContext, std::string> connect_redis(const RedisAddress& address,
                                                                    std::chrono::milliseconds connect_timeout,
                                                                    std::chrono::milliseconds reply_timeout);

}  // namespace koshelf::platform
