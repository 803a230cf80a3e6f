// The stored form of a TextMap: compact, versioned, checked.
#pragma once

#include <string>
#include <string_view>

#include "core/text/error.h"
#include "core/text/text_map.h"

namespace koshelf::core::text {

// Raised whenever the form or the rules that made the map change: older maps are then rebuilt from their
// books.
inline constexpr unsigned kMapVersion = 1;

// About 8 bytes a paragraph; a novel of 1 MB takes well under 150 KB.
[[nodiscard]] std::string serialise(const TextMap& map);

// The map that was serialised, equal in every respect. Any other bytes are refused: kDamagedMap (truncated,
// altered, inconsistent), kUnsupportedVersion. Never more memory than some tens of times the input.
[[nodiscard]] Result<TextMap> deserialise(std::string_view bytes);

// The checksum over everything behind the header, for tests that alter bytes on purpose.
[[nodiscard]] std::string with_fresh_checksum(std::string_view bytes);

}  // namespace koshelf::core::text
