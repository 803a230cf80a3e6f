// Where Redis is: the value of REDIS_URL.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace koshelf::platform {

// The database that the reference server uses.
inline constexpr int kDefaultDatabase = 3;

struct RedisAddress {
    std::string socket_path;  // of a Unix socket; empty for TCP
    std::string host = "127.0.0.1";
    int port = 6379;
    int database = kDefaultDatabase;
    std::string user;      // empty: the default user
    std::string password;  // empty: no authentication

    // Reads redis://[user:pass@]host[:port][/db] or unix:///path[?db=N] (user and password, percent-encoded,
    // also as unix://user:pass@/path). The error is a sentence about the URL that does not repeat it: it may
    // hold a password.
    [[nodiscard]] static tl::expected<RedisAddress, std::string> parse(std::string_view url);

    // For people and logs: the place without user and password.
    [[nodiscard]] std::string describe() const;
};

}  // namespace koshelf::platform
