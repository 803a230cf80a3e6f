#include <algorithm>
#include <optional>

#include <sys/statvfs.h>

#include "core/doctor/rights.h"
#include "ctl/examination.h"
#include "ctl/processes.h"
#include "store/redis_info.h"

namespace koshelf::ctl {
namespace {

namespace fs = std::filesystem;
using core::doctor::Findings;
using core::doctor::Identity;

bool is_read_only(const fs::path& path) {
    struct statvfs disk {};
    return statvfs(path.c_str(), &disk) == 0 && (disk.f_flag & ST_RDONLY) != 0;
}

void examine_writer(Findings& findings, const std::string& name, const fs::path& directory,
                    const std::optional<Identity>& writer) {
    if (directory.empty() || !writer) return;
    findings.push_back(core::doctor::judge_writer({.name = name,
                                                   .directory = look_at(directory),
                                                   .read_only = is_read_only(directory),
                                                   .writer = *writer}));
}

// That Redis, if it is a process that can be seen here: its number may be one of another container.
std::optional<Identity> redis_among(const std::vector<Process>& processes, store::Database& database) {
    const auto info = store::redis_info(database);
    const auto pid = info ? info->number("process_id") : std::nullopt;
    const auto found = std::ranges::find_if(processes, [&](const Process& process) {
        return pid && process.pid == *pid && process.identity.program.ends_with("-server");
    });
    return found == processes.end() ? std::nullopt : std::optional(found->identity);
}

// The nginx that was told to write there. Its master opens the files.
std::optional<Identity> nginx_among(const std::vector<Process>& processes, const fs::path& logs) {
    const auto found = std::ranges::find_if(processes, [&](const Process& process) {
        return process.command.starts_with("nginx: master") &&
               process.command.find(logs.string() + "/") != std::string::npos;
    });
    return found == processes.end() ? std::nullopt : std::optional(found->identity);
}

}  // namespace

Findings examine_rights(const Surroundings& surroundings, store::Database& database, bool redis_reached) {
    Findings findings;
    const std::vector<Process> processes = running_processes();
    const fs::path& sockets = surroundings.socket_directory;
    if (!sockets.empty()) {
        findings.push_back(core::doctor::judge_sockets(
            {.sockets = {look_at(sockets / "device.sock"), look_at(sockets / "admin.sock")},
             .web_servers = web_servers_among(processes)}));
    }
    if (redis_reached) {
        examine_writer(findings, "redis.directory", store::redis_setting(database, "dir").value_or(""),
                       redis_among(processes, database));
    }
    const fs::path& logs = surroundings.log_directory;
    if (!logs.empty()) examine_writer(findings, "logs", logs, nginx_among(processes, logs));
    return findings;
}

}  // namespace koshelf::ctl
