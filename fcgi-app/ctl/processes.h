// Processes: what runs on this machine, as far as it may be seen.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/doctor/rights.h"

namespace koshelf::ctl {

struct Process {
    int pid = 0;
    int parent = 0;
    std::string command;                // with its arguments
    core::doctor::Identity identity{};  // its program is the name of the process
};

[[nodiscard]] std::vector<Process> running_processes();

// As whom the web servers among them serve: not those that only look after others.
[[nodiscard]] std::vector<core::doctor::Identity> web_servers_among(const std::vector<Process>& processes);

// Whose a file is, and the directories on the way to it.
[[nodiscard]] core::doctor::Place look_at(const std::filesystem::path& path);

}  // namespace koshelf::ctl
