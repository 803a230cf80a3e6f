// The master of a pool: forks workers on one listening socket and keeps their number.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "platform/listen_socket.h"
#include "platform/log.h"
#include "platform/scoreboard.h"

namespace koshelf::web {

struct PoolOptions {
    core::metrics::Process kind = core::metrics::Process::kDevice;  // as what its workers are counted
    int workers = 4;
    std::chrono::seconds drain{10};  // how long workers may take to finish when told to stop
};

// What the master calls back. Both run in the master or its fresh children, never at the same time.
struct PoolCallbacks {
    // The life of a worker, in a process of its own; returns its exit status.
    std::function<int()> worker;
    // A helper beside the workers, in a process of its own, until it returns 0; may be empty.
    std::function<int()> companion;
    // SIGHUP: read the configuration anew; false keeps the workers that run.
    std::function<bool()> reload;
};

// Runs until SIGTERM or SIGINT. The steering signals must be blocked (block_steering_signals).
//
//   a worker that exits with 0   has retired: replaced at once
//   one that dies                replaced at once, or after 0.1 s, doubled up to 5 s, if it lived under a
//   second SIGHUP                       a new generation starts, then the old one drains SIGTERM, SIGINT the
//   socket's file goes, workers drain, those left after `drain` are killed
//
// Workers get SIGTERM if the master dies. Each counts in a slot of `scoreboard`; master and helper share one.
// Returns the exit status.
[[nodiscard]] int run_pool(platform::ListenSocket socket, const PoolOptions& options,
                           const PoolCallbacks& callbacks, platform::Scoreboard& scoreboard,
                           const platform::Log& log);

}  // namespace koshelf::web
