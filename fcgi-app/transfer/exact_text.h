// ExactText: bytes in JSON, so that they come back as they were. Names and values of the reference server may
// hold anything: text that is UTF-8 is a JSON string, all else {"base64": "..."}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/json.h"
#include "store/account_image.h"

namespace koshelf::transfer {

// The bytes as a JSON value.
[[nodiscard]] std::string exact_json(std::string_view bytes);

// What exact_json() was made of; nothing for any other JSON.
[[nodiscard]] std::optional<std::string> read_exact(platform::JsonValue value);

// Fields as a JSON object, in their order; where their names allow no object (bytes, or one name twice), as
// an array of pairs.
[[nodiscard]] std::string exact_json(const store::Fields& fields);

// What that was made of; nothing for any other JSON.
[[nodiscard]] std::optional<store::Fields> read_exact_fields(platform::JsonValue value);

}  // namespace koshelf::transfer
