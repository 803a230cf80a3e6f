// Surroundings: where a server is on this machine, as the environment says it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "platform/config.h"

namespace koshelf::ctl {

struct Surroundings {
    platform::Config config;
    std::string
        problem;  // why the environment makes no sense; "": it does. Then `config` is that of an empty one
    // Nothing: there is none, because a web server of somebody's own passes requests on.
    std::optional<int> https_port = 7200;
    std::optional<int> http_port = 17200;
    std::string host = "127.0.0.1";  // at which it listens
    std::string base_path;           // "" or "/kosync"
    std::filesystem::path state_directory;
    std::filesystem::path tls_directory;
    std::filesystem::path socket_directory;  // "": there are no sockets, or nobody knows where
    std::filesystem::path log_directory;     // the same
    std::vector<std::string> hostnames;      // that its certificate should have
};

[[nodiscard]] Surroundings read_surroundings(const platform::Config::Environment& environment);

// STATE_DIR, or where the key of the secrets says that it is.
[[nodiscard]] std::filesystem::path state_directory(const platform::Config::Environment& environment,
                                                    const platform::Config& config);
// KOSHELF_TLS_DIR, or tls in the former.
[[nodiscard]] std::filesystem::path tls_directory(const platform::Config::Environment& environment,
                                                  const platform::Config& config);

}  // namespace koshelf::ctl
