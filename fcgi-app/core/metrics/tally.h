// Tally: what the processes have counted, added up.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/metrics/exposition.h"

namespace koshelf::core::metrics {

// A route whose requests are counted: "GET", "/syncs/progress/:document".
struct RouteName {
    std::string method;
    std::string path;

    bool operator==(const RouteName&) const = default;
};

// The cells of one process, as they were read.
struct SlotReading {
    Process process = Process::kDevice;
    bool taken = false;  // by a process; if not, what those before it have counted is still there
    std::vector<std::uint64_t> cells;
};

// A master and its children: what belongs to one pool, or to the bridge.
struct ScoreboardReading {
    Process tree = Process::kDevice;  // kDevice, kAdmin or kBridge
    bool alive = false;               // there are processes of it
    double started = 0;               // seconds since 1970
    std::vector<RouteName> routes;
    std::vector<SlotReading> slots;
    std::vector<std::pair<Process, std::uint64_t>> wanted;  // how many there are to be of each
};

// Adds all that can be told from these: counters of all that ever were, gauges of those that live.
//
// Of a metric whose labels have many combinations, those that have never been counted are left out, as are
// routes that nobody has asked for. A time that is 0 has not come yet and is left out, too.
void tally(Exposition& exposition, std::span<const ScoreboardReading> boards);

}  // namespace koshelf::core::metrics
