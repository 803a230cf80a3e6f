#include "store/redis_info.h"

#include <algorithm>
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

}  // namespace koshelf::store
