// Members of Audiobookshelf's JSON objects, read without trust: it echoes what clients sent it, so a number
// may be a string, null, absent or anything else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/json_syntax.h"
#include "platform/clock.h"
#include "platform/json.h"

namespace koshelf::abs {

// As platform::JsonDocument::parse, but half a surrogate pair in a string counts as U+FFFD.
[[nodiscard]] tl::expected<platform::JsonDocument, core::JsonSyntaxError> parse_json(std::string_view text);

// A string's text; "" for all else, and for text that is not UTF-8 or holds U+0000.
[[nodiscard]] std::string text_field(platform::JsonValue object, std::string_view name);

// A finite number, or a string that is one ("123.5"). Nothing for all else.
[[nodiscard]] std::optional<double> number_field(platform::JsonValue object, std::string_view name);

// Such a number in milliseconds since 1970; 0 if there is none, or one that no clock shows.
[[nodiscard]] platform::EpochMillis time_field(platform::JsonValue object, std::string_view name);

// True, a number other than 0, "true" or "1".
[[nodiscard]] bool flag_field(platform::JsonValue object, std::string_view name);

}  // namespace koshelf::abs
