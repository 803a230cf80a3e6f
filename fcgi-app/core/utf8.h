// UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <string>
#include <string_view>

namespace koshelf::core {

// True if the bytes are well-formed UTF-8. The empty string is.
[[nodiscard]] bool is_utf8(std::string_view bytes);

// Length in bytes (1..4) of the well-formed code point that `bytes` starts with, 0 if there is none.
[[nodiscard]] unsigned utf8_length(std::string_view bytes);

// The code point that well-formed UTF-8 of `length` bytes at the front of `bytes` stands for; `length` as
// utf8_length() measures it (1..4).
[[nodiscard]] char32_t decode_utf8(std::string_view bytes, unsigned length);

// All code points; a byte that belongs to none becomes U+FFFD.
[[nodiscard]] std::u32string code_points_of(std::string_view bytes);

}  // namespace koshelf::core
