#include "ctl/processes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string_view>

#include <pwd.h>
#include <sys/stat.h>
#include <sys/xattr.h>

namespace koshelf::ctl {
namespace {

namespace fs = std::filesystem;
using core::doctor::Identity;

constexpr std::array<std::string_view, 6> kWebServers = {"nginx", "lighttpd", "apache2",
                                                         "httpd", "caddy",    "h2o"};

std::string user_name(unsigned id) {
    const passwd* user = getpwuid(id);
    return user == nullptr ? std::to_string(id) : user->pw_name;
}

std::string read_command(const fs::path& directory) {
    std::ostringstream text;
    text << std::ifstream(directory / "cmdline", std::ios::binary).rdbuf();
    std::string command = text.str();
    std::ranges::replace(command, '\0', ' ');
    return command;
}

// False if it has ended meanwhile.
bool read_status(const fs::path& directory, Process& process) {
    std::ifstream file(directory / "status");
    bool found = false;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string name;
        words >> name;
        unsigned real = 0;
        unsigned effective = 0;
        if (name == "Name:") {
            words >> process.identity.program;
        } else if (name == "PPid:") {
            words >> process.parent;
        } else if (name == "Uid:") {
            found = static_cast<bool>(words >> real >> effective);
            process.identity.user_id = effective;
        } else if (name == "Gid:" && words >> real >> effective) {
            process.identity.groups.insert(effective);
        } else if (name == "Groups:") {
            for (unsigned group = 0; words >> group;) process.identity.groups.insert(group);
        }
    }
    process.identity.user = user_name(process.identity.user_id);
    return found;
}

bool is_web_server(const Process& process) {
    return std::ranges::find(kWebServers, process.identity.program) != kWebServers.end();
}

bool same(const Identity& one, const Identity& other) {
    return one.program == other.program && one.user_id == other.user_id && one.groups == other.groups;
}

std::optional<core::doctor::Node> node_of(const fs::path& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return std::nullopt;
    return core::doctor::Node{
        .path = path,
        .owner = status.st_uid,
        .group = status.st_gid,
        .mode = status.st_mode & 0777U,
        .has_more_rules = getxattr(path.c_str(), "system.posix_acl_access", nullptr, 0) > 0};
}

}  // namespace

std::vector<Process> running_processes() {
    std::vector<Process> found;
    std::error_code error;
    for (fs::directory_iterator entry("/proc", error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        const std::string name = entry->path().filename();
        Process process;
        const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), process.pid);
        if (wrong != std::errc() || end != name.data() + name.size()) continue;
        process.command = read_command(entry->path());
        if (read_status(entry->path(), process)) found.push_back(std::move(process));
    }
    return found;
}

std::vector<Identity> web_servers_among(const std::vector<Process>& processes) {
    std::vector<Identity> found;
    for (const Process& process : processes) {
        const bool is_master = std::ranges::any_of(processes, [&](const Process& child) {
            return child.parent == process.pid && child.identity.program == process.identity.program;
        });
        if (!is_web_server(process) || is_master) continue;
        const bool known =
            std::ranges::any_of(found, [&](const Identity& other) { return same(process.identity, other); });
        if (!known) found.push_back(process.identity);
    }
    return found;
}

core::doctor::Place look_at(const fs::path& path) {
    core::doctor::Place place{.path = path, .way = {}, .node = node_of(path)};
    for (fs::path above = path.parent_path();; above = above.parent_path()) {
        if (auto node = node_of(above)) place.way.push_back(std::move(*node));
        if (above == above.parent_path()) break;
    }
    std::ranges::reverse(place.way);
    return place;
}

}  // namespace koshelf::ctl
