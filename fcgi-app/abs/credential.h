// Credential: what one account shows to Audiobookshelf.
#pragma once

#include <string>

namespace koshelf::abs {

struct Credential {
    std::string key;         // API key or token, sent as Authorization: Bearer
    std::string user_token;  // "" or sent as X-ABS-User-Token: proxies and forks may want it
    std::string user_id;     // "" or for the user-scoped progress routes that forks may have

    bool operator==(const Credential&) const = default;

    // 16 hex digits of a SHA-256 over all three: names the credential in Redis and in logs.
    [[nodiscard]] std::string digest() const;
};

}  // namespace koshelf::abs
