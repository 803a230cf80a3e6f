// Rights: whether processes of others may use the files that they need.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/doctor/finding.h"

namespace koshelf::core::doctor {

// As whom a program runs.
struct Identity {
    std::string program;  // "nginx"
    std::string user;     // for people: "www-data"
    unsigned user_id = 0;
    std::set<unsigned> groups{};
};

// A file or directory, and whose it is.
struct Node {
    std::string path;
    unsigned owner = 0;
    unsigned group = 0;
    unsigned mode = 0;            // permissions: 0750
    bool has_more_rules = false;  // an access control list, which is not looked at
};

inline constexpr unsigned kMayWrite = 02;
inline constexpr unsigned kMayEnter = 01;

// Whether that one may do so with it. Where there are more rules, yes.
[[nodiscard]] bool permits(const Node& node, const Identity& who, unsigned wanted);

// A file, with the directories on the way to it from the root.
struct Place {
    std::string path;
    std::vector<Node> way{};
    std::optional<Node> node{};  // nothing: it is not there, or may not be seen
};

// The sockets of the pools, and who of those that run here may want to open them.
struct SocketFacts {
    std::vector<Place> sockets{};
    std::vector<Identity> web_servers{};
};

// "sockets"
[[nodiscard]] Finding judge_sockets(const SocketFacts& facts);

// A directory that a program writes into.
struct WriterFacts {
    std::string name;  // of the finding
    Place directory;
    bool read_only = false;  // its file system
    Identity writer{};
};

[[nodiscard]] Finding judge_writer(const WriterFacts& facts);

}  // namespace koshelf::core::doctor
