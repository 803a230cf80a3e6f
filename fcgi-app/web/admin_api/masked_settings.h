// Secrets of the settings as a page may see them, and back: what comes back masked has not been changed.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace koshelf::web {

inline constexpr std::string_view kMask = "********";

[[nodiscard]] bool is_masked(std::string_view text);

// Enough of a key to tell two apart, too little to use one.
[[nodiscard]] std::string mask(std::string_view secret);

// A map of users with its keys and tokens masked; "" if it is no JSON object: then nobody knows what in it is
// a secret.
[[nodiscard]] std::string mask_user_map(std::string_view map);

// A map in which masked keys and tokens have been replaced by those of `stored`, of the same user and member.
// The error is a sentence: one that is masked is not known. What is no JSON object is returned as it is.
[[nodiscard]] tl::expected<std::string, std::string> unmask_user_map(std::string_view map,
                                                                     std::string_view stored);

}  // namespace koshelf::web
