// A JSON value as the text that a position has of it.
#pragma once

#include <string>

#include "core/number.h"
#include "core/utf8.h"
#include "platform/json.h"

namespace koshelf::migration {

// A string, or a number as written by format_number(); "" for all else, and for what is no UTF-8.
[[nodiscard]] inline std::string text_of(platform::JsonValue value) {
    if (value.is_number()) return core::format_number(value.number());
    return core::is_utf8(value.string()) ? std::string(value.string()) : std::string();
}

}  // namespace koshelf::migration
