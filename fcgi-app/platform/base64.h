// Base64 (RFC 4648, with padding).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace koshelf::platform {

[[nodiscard]] std::string base64_encode(std::string_view bytes);

// Nothing if it is not exactly what base64_encode writes.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace koshelf::platform
