#include "core/redis_info.h"

#include <algorithm>
#include <charconv>

namespace koshelf::core {

RedisInfo::RedisInfo(std::string_view answer) {
    while (!answer.empty()) {
        const std::size_t end = std::min(answer.find('\n'), answer.size());
        std::string_view line = answer.substr(0, end);
        answer.remove_prefix(std::min(end + 1, answer.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && !line.starts_with('#'))
            lines_.emplace(line.substr(0, colon), line.substr(colon + 1));
    }
}

std::optional<std::string_view> RedisInfo::text(std::string_view name) const {
    const auto found = lines_.find(name);
    return found == lines_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::optional<std::int64_t> RedisInfo::number(std::string_view name) const {
    const std::string_view digits = text(name).value_or("");
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() ? std::optional(number) : std::nullopt;
}

bool RedisInfo::says(std::string_view name, std::string_view value) const {
    return text(name) == value;
}

}  // namespace koshelf::core
