#include "reading/netstring.h"

#include <charconv>

namespace koshelf::reading {

std::string join_netstrings(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) {
        text += std::to_string(part.size());
        text += ':';
        text += part;
    }
    return text;
}

std::optional<std::vector<std::string>> split_netstrings(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        std::size_t length = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (error != std::errc{} || text.empty() || text.front() != ':' || text.size() - 1 < length)
            return std::nullopt;
        parts.emplace_back(text.substr(1, length));
        text.remove_prefix(length + 1);
    }
    return parts;
}

}  // namespace koshelf::reading
