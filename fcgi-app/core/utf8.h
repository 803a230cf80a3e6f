// UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <string_view>

namespace koshelf::core {

// True if the bytes are well-formed UTF-8. The empty string is.
[[nodiscard]] bool is_utf8(std::string_view bytes);

// Length in bytes (1..4) of the well-formed code point that `bytes` starts with, 0 if there is none.
[[nodiscard]] unsigned utf8_length(std::string_view bytes);

}  // namespace koshelf::core
