#include "store/redis_info.h"

#include <charconv>
#include <cstdint>
#include <string_view>

namespace koshelf::store {

StoreResult<core::RedisInfo> redis_info(Database& database) {
    const auto reply = database.ask({"INFO"});
    if (!reply) return tl::unexpected(reply.error());
    return core::RedisInfo(reply->value().text());
}

StoreResult<core::EpochMillis> redis_clock(Database& database) {
    const auto reply = database.ask({"TIME"});
    if (!reply) return tl::unexpected(reply.error());
    const auto number = [&reply](std::size_t i) {
        const std::string_view text = reply->value()[i].text();
        std::int64_t value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    return number(0) * 1000 + number(1) / 1000;
}

std::optional<std::string> redis_setting(Database& database, std::string_view name) {
    const auto reply = database.ask({"CONFIG", "GET", name});
    if (!reply || reply->value().size() != 2) return std::nullopt;
    return std::string(reply->value()[1].text());
}

}  // namespace koshelf::store
