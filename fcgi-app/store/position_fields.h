// PositionFields: a stored position as Redis answers it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/position.h"
#include "platform/redis.h"

namespace koshelf::store {

// Elements first … first + 4 of an answer: percentage, progress, device, device_id, timestamp, as stored by
// us or by the reference server. A percentage that is no number (it stores "nan") counts as missing, and so
// does nothing else.
[[nodiscard]] core::StoredPosition read_position(platform::RedisValue fields, std::size_t first);

// Seconds as stored by us or by the reference server, which may have fractions; nothing for other text.
[[nodiscard]] std::optional<core::EpochSeconds> read_timestamp(platform::RedisValue field);

// The text of a field; nothing if it is absent.
[[nodiscard]] std::optional<std::string> text_of(platform::RedisValue value);

// Optional text as a script argument: "=" and the text, or nothing at all.
[[nodiscard]] std::string marked(const std::optional<std::string>& text);

}  // namespace koshelf::store
