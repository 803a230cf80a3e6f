// RedisSnapshot: everything that a Redis has, at one moment, as an RDB file, while it serves. Asked for as a
// replica does, so Redis may be on another machine.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "platform/redis_address.h"

namespace koshelf::platform {

// Calls `write` with the bytes of the file, in order, until it returns false, which is an error. Returns how
// many bytes there were; the error is a phrase for people: no connection, not allowed, nothing came for
// `patience`, or it ended too early. Redis makes the file in a child of its own, for which it needs memory.
[[nodiscard]] tl::expected<std::uint64_t, std::string> fetch_snapshot(
    const RedisAddress& address, std::chrono::milliseconds patience,
    const std::function<bool(std::string_view bytes)>& write);

}  // namespace koshelf::platform
