// Strict JSON (RFC 8259) syntax. The library that builds our values is lenient: it takes a byte order mark,
// control characters, leading zeros, and it ends strings at \u0000. This check runs before it, so that what
// we accept is what every other reader accepts, and no name is ever cut short.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace koshelf::core {

// Deepest nesting of arrays and objects: that of the reference server's parser, and of ours.
inline constexpr std::size_t kMaxJsonDepth = 1000;

// Where and why a text is not JSON.
struct JsonSyntaxError {
    std::size_t offset = 0;   // in bytes
    std::string_view reason;  // a phrase for people: "unexpected character"
};

// The same for people: "unexpected character in line 2, column 7". Both count from 1, columns in characters.
[[nodiscard]] std::string describe_place(std::string_view text, const JsonSyntaxError& error);

// Checks that `text` is exactly one JSON value with nothing but blanks around it. Strings may hold bytes that
// are not UTF-8 (whoever uses a string decides), a lone surrogate escape is an error.
// Returns the offsets of the escapes \u0000: legal JSON, but strings that hold one cannot be kept.
[[nodiscard]] tl::expected<std::vector<std::size_t>, JsonSyntaxError> check_json(std::string_view text);

}  // namespace koshelf::core
