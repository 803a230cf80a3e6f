#include "core/doctor/rights.h"

#include <algorithm>

namespace koshelf::core::doctor {
namespace {

constexpr unsigned kOwnerShift = 6;
constexpr unsigned kGroupShift = 3;

// The first on the way, or the place itself, that does not let that one pass; "" if all do.
std::string obstacle(const Place& place, const Identity& who, unsigned wanted) {
    for (const Node& node : place.way) {
        if (!permits(node, who, kMayEnter)) return node.path;
    }
    return place.node && !permits(*place.node, who, wanted) ? place.path : "";
}

std::string described(const Identity& who) {
    return who.program + ", which runs as " + who.user;
}

}  // namespace

bool permits(const Node& node, const Identity& who, unsigned wanted) {
    if (who.user_id == 0 || node.has_more_rules) return true;
    unsigned mode = node.mode;
    if (who.user_id == node.owner) {
        mode >>= kOwnerShift;
    } else if (who.groups.contains(node.group)) {
        mode >>= kGroupShift;
    }
    return (mode & wanted) == wanted;
}

Finding judge_sockets(const SocketFacts& facts) {
    constexpr const char* kName = "sockets";
    for (const Place& socket : facts.sockets) {
        if (!socket.node) {
            return {kName, State::kFailed, "There is no socket " + socket.path + ", or not for you to see.",
                    "Is that pool running? Its log says why not: journalctl -u 'koshelf-*', koshelf.log."};
        }
    }
    if (facts.web_servers.empty()) {
        return {kName, State::kSkipped, "No web server is seen here that would open the pools' sockets.",
                "If one runs in another container, see that its user may write to them."};
    }
    Finding refused;
    for (const Identity& who : facts.web_servers) {
        const auto shut = std::ranges::find_if(
            facts.sockets, [&](const Place& socket) { return !obstacle(socket, who, kMayWrite).empty(); });
        if (shut == facts.sockets.end())
            return {kName, State::kOk, described(who) + ", may open the pools' sockets."};
        refused = {kName, State::kFailed,
                   described(who) + ", may not open " + shut->path + ": " + obstacle(*shut, who, kMayWrite) +
                       " does not let it.",
                   "Put its user into the group that the socket has, or give the socket (SocketGroup= of "
                   "koshelf-*.socket; --socket-mode) and its directory to a group that both are in."};
    }
    return refused;
}

Finding judge_writer(const WriterFacts& facts) {
    const std::string& path = facts.directory.path;
    if (facts.read_only) {
        return {facts.name, State::kFailed, path + " is mounted read-only.",
                "Mount it for writing. After an error of the disk the kernel does this: see dmesg."};
    }
    if (!facts.directory.node) {
        return {facts.name, State::kSkipped, path + " cannot be seen by you.",
                "Ask as the user who runs the server, or as root."};
    }
    const std::string shut = obstacle(facts.directory, facts.writer, kMayWrite | kMayEnter);
    if (shut.empty())
        return {facts.name, State::kOk, described(facts.writer) + ", may write into " + path + "."};
    return {facts.name, State::kFailed,
            described(facts.writer) + ", may not write into " + path + ": " + shut + " does not let it.",
            "chown " + facts.writer.user + " " + path + ", and let it pass through the directories above."};
}

}  // namespace koshelf::core::doctor
