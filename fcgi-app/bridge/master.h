// Master: keeps the bridge's processes running.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "platform/log.h"
#include "platform/scoreboard.h"

namespace koshelf::bridge {

// A process of its own, so that a book that crashes its reader takes no live feed with it.
struct Part {
    std::string name;               // for the log
    core::metrics::Process kind{};  // as what it is counted
    std::function<int()> life;      // runs in the child; 0: it was told to stop
};

struct MasterOptions {
    std::chrono::milliseconds drain{10'000};  // longest wait for the parts when stopping
};

// Starts every part and starts it again, with growing delays, when it dies. SIGHUP calls `reload` and, if
// that says true, replaces the parts one after the other; SIGTERM and SIGINT stop them all. The steering
// signals must be blocked (platform/signals.h). Each part counts in a slot of `scoreboard`, as does the
// master. Returns the exit status of the program.
[[nodiscard]] int run_parts(const std::vector<Part>& parts, const MasterOptions& options,
                            const std::function<bool()>& reload, platform::Scoreboard& scoreboard,
                            const platform::Log& log);

}  // namespace koshelf::bridge
