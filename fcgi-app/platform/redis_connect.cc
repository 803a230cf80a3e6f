#include "platform/redis_connect.h"

#include <hiredis/hiredis.h>
#include <sys/time.h>

namespace koshelf::platform {
namespace {

timeval to_timeval(std::chrono::milliseconds duration) {
    const auto milliseconds = duration.count();
    return {.tv_sec = milliseconds / 1000, .tv_usec = (milliseconds % 1000) * 1000};
}

}  // namespace

void RedisDisconnect::operator()(redisContext* context) const {
    redisFree(context);
}

tl::expected<RedisContext, std::string> connect_redis(const RedisAddress& address,
                                                      std::chrono::milliseconds connect_timeout,
                                                      std::chrono::milliseconds reply_timeout) {
    const timeval timeout = to_timeval(connect_timeout);
    RedisContext context(address.socket_path.empty()
                             ? redisConnectWithTimeout(address.host.c_str(), address.port, timeout)
                             : redisConnectUnixWithTimeout(address.socket_path.c_str(), timeout));
    if (!context) return tl::unexpected(std::string("out of memory"));
    if (context->err != 0) return tl::unexpected(std::string(context->errstr));
    redisSetTimeout(context.get(), to_timeval(reply_timeout));
    return context;
}

}  // namespace koshelf::platform
