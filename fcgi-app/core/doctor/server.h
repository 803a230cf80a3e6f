// What a server answers, through its own ports and as devices reach it.
#pragma once

#include <optional>
#include <string>

#include "core/doctor/finding.h"

namespace koshelf::core::doctor {

// What came of asking one address.
struct AnswerFacts {
    std::string failure{};  // why nothing came, a phrase; "": something did
    int status = 0;
    std::string body{};
};

// The answers of one port.
struct PortFacts {
    std::string name;       // of the setting: "HTTPS_PORT"
    std::string address;    // "https://localhost:7200/kosync"
    std::string base_path;  // "" or "/kosync"
    AnswerFacts health;     // GET /healthcheck
    AnswerFacts ready;      // GET /readyz
    AnswerFacts admin;      // GET /admin/setup
    bool ours = true;       // or else it is the address of a web server of somebody's own
};

[[nodiscard]] Findings judge_port(const PortFacts& facts);

// What the server itself saw of a request to its address as devices know it.
struct SeenFacts {
    std::string remote_address;     // whom it takes for the client
    std::string peer;               // who it was that connected; "" where that is not known
    std::optional<bool> trusted{};  // whether what that one says of clients is believed; nothing: not known
    bool forwarded = false;         // an X-Forwarded-For came along
    std::string scheme;             // "https", "http"
};

struct ProxyFacts {
    std::string url;  // that devices use
    std::string failure{};
    std::optional<bool> trusted_certificate{};  // whether this machine would accept it; nothing: not https
    SeenFacts plain{};
    // The same request with a made-up X-Forwarded-For, and that address.
    SeenFacts forged{};
    std::string made_up;
};

[[nodiscard]] Findings judge_proxy(const ProxyFacts& facts);

}  // namespace koshelf::core::doctor
