// Decimal numbers as JSON writes them, and the shortest text that reads back as the same double.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace koshelf::core {

// Reads text that is exactly one JSON number ("0.5", "-1e-3"; not "+1", ".5", "0x10", " 1" or "NaN").
// Nothing if it is not, or if the value is not finite.
[[nodiscard]] std::optional<double> parse_json_number(std::string_view text);

// Reads whatever number the reference server may have stored and can read back: surrounding blanks, a plus
// sign, hexadecimal integers. Nothing for other text and for values that are not finite.
[[nodiscard]] std::optional<double> parse_stored_number(std::string_view text);

// The shortest JSON number that reads back as `value` (up to 17 significant digits). `value` is finite.
[[nodiscard]] std::string format_number(double value);

}  // namespace koshelf::core
