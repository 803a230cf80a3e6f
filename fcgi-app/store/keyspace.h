// Keyspace: what the name of a key says, for who walks through all of them.
#pragma once

#include <optional>
#include <string_view>

namespace koshelf::store {

// The username of "user:<username>:key", as it is: the reference server does not restrict it to UTF-8.
// Nothing for any other key.
[[nodiscard]] std::optional<std::string_view> account_of_key(std::string_view key);

struct DocumentKey {
    std::string_view username;
    std::string_view document;
};
// The names of "user:<username>:document:<document>"; neither has a colon. Nothing for any other key.
[[nodiscard]] std::optional<DocumentKey> document_of_key(std::string_view key);

}  // namespace koshelf::store
