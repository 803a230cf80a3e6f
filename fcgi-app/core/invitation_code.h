// Invitation codes: what people read aloud, type from a phone, and paste with blanks around.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace koshelf::core {

// Random bytes that a code is made of: each gives one of its characters (5 bits).
inline constexpr std::size_t kInvitationCodeBytes = 20;

// A code in the form in which it is shown, "7KQ2M-9XH4T-…"; nothing for another number of bytes. Digits and
// capital letters without those that are taken for each other (I, L, O, U).
[[nodiscard]] std::optional<std::string> make_invitation_code(std::string_view random_bytes);

// The canonical form of a code as somebody typed it: case, blanks and hyphens do not count, and I, L and O
// are the digits that they look like. Nothing for text that is no code.
[[nodiscard]] std::optional<std::string> parse_invitation_code(std::string_view text);

}  // namespace koshelf::core
