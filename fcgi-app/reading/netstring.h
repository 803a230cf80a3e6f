// Netstrings: several byte strings as one, for the pipe between two of our own processes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koshelf::reading {

// "3:abc1:x": each part behind its length.
[[nodiscard]] std::string join_netstrings(const std::vector<std::string>& parts);

// Nothing if that is not what join_netstrings() makes.
[[nodiscard]] std::optional<std::vector<std::string>> split_netstrings(std::string_view text);

}  // namespace koshelf::reading
