#include "store/position_fields.h"

#include <cmath>

#include "core/number.h"

namespace koshelf::store {

using platform::RedisValue;

std::string marked(const std::optional<std::string>& text) {
    return text ? "=" + *text : std::string();
}

std::optional<std::string> text_of(RedisValue value) {
    return value.is_string() ? std::optional<std::string>(value.text()) : std::nullopt;
}

std::optional<core::EpochSeconds> read_timestamp(RedisValue field) {
    const auto text = text_of(field);
    if (!text) return std::nullopt;
    const double seconds = core::parse_stored_number(*text).value_or(0);
    if (std::abs(seconds) >= 1e15) return std::nullopt;
    return static_cast<core::EpochSeconds>(seconds);
}

core::StoredPosition read_position(RedisValue fields, std::size_t first) {
    core::StoredPosition position;
    if (const auto percentage = text_of(fields[first]))
        position.percentage = core::parse_stored_number(*percentage);
    position.progress = text_of(fields[first + 1]);
    position.device = text_of(fields[first + 2]);
    position.device_id = text_of(fields[first + 3]);
    position.timestamp = read_timestamp(fields[first + 4]);
    // The device decides by it whether a position is newer than its own, and without it decides wrongly.
    if (!position.empty() && !position.timestamp) position.timestamp = 0;
    return position;
}

}  // namespace koshelf::store
