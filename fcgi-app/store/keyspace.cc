#include "store/keyspace.h"

namespace koshelf::store {
namespace {

constexpr std::string_view kUserPrefix = "user:";

}  // namespace

std::optional<std::string_view> account_of_key(std::string_view key) {
    constexpr std::string_view kSuffix = ":key";
    if (!key.starts_with(kUserPrefix) || !key.ends_with(kSuffix) ||
        key.size() <= kUserPrefix.size() + kSuffix.size())
        return std::nullopt;
    const auto username = key.substr(kUserPrefix.size(), key.size() - kUserPrefix.size() - kSuffix.size());
    return username.find(':') == std::string_view::npos ? std::optional(username) : std::nullopt;
}

std::optional<DocumentKey> document_of_key(std::string_view key) {
    constexpr std::string_view kMiddle = "document:";
    const std::size_t colon = key.find(':', kUserPrefix.size());
    if (!key.starts_with(kUserPrefix) || colon == std::string_view::npos) return std::nullopt;
    const std::string_view rest = key.substr(colon + 1);
    if (!rest.starts_with(kMiddle) || rest.find(':', kMiddle.size()) != std::string_view::npos)
        return std::nullopt;
    return DocumentKey{.username = key.substr(kUserPrefix.size(), colon - kUserPrefix.size()),
                       .document = rest.substr(kMiddle.size())};
}

}  // namespace koshelf::store
