#include "store/redis_info.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace koshelf::store {

StoreResult<RedisInfo> redis_info(Database& database) {
    const auto reply = database.ask({"INFO"});
    if (!reply) return tl::unexpected(reply.error());
    RedisInfo info;
    std::string_view text = reply->value().text();
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && !line.starts_with('#'))
            info.emplace(line.substr(0, colon), line.substr(colon + 1));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return info;
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
