// Deflate: text in a third of its size, by zlib.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace koshelf::platform {

[[nodiscard]] std::string deflated(std::string_view bytes);

// What was deflated; nothing if it is something else, or would be longer than `limit`.
[[nodiscard]] std::optional<std::string> inflated(std::string_view bytes, std::size_t limit);

}  // namespace koshelf::platform
