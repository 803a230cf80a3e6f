// Scoreboard: memory in which the processes of a pool, or of the bridge, count what happens.
//
// It is a file that the master makes and its children map, so that whoever answers GET /metrics can read
// those of the other pool and of the bridge. Each process has cells of its own; when it ends, the next one
// goes on where it stopped, and a new master begins with what the last one had. So no counter ever goes back,
// whoever dies how.
//
// A master that is there holds a lock on its file, as do its children. A second one of the same kind takes a
// file of its own ("device.1"); all are read and added up. A file is never changed in length: a new one takes
// its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/metrics/tally.h"
#include "platform/metrics.h"

namespace koshelf::platform {

struct ScoreboardPlan {
    core::metrics::Process tree = core::metrics::Process::kDevice;  // kDevice, kAdmin or kBridge
    std::vector<core::metrics::RouteName> routes;                   // of a pool
    std::vector<std::pair<core::metrics::Process, int>> wanted;     // how many children of each kind
};

class Scoreboard {
  public:
    // Never fails: where the file cannot be made, or without a directory (""), the memory is this process
    // tree's own, and only its own processes can read it. The directory is made if only it itself is missing.
    [[nodiscard]] static Scoreboard open(const std::string& directory, const ScoreboardPlan& plan);

    ~Scoreboard();
    Scoreboard(Scoreboard&&) noexcept;
    Scoreboard& operator=(Scoreboard&&) = delete;
    Scoreboard(const Scoreboard&) = delete;
    Scoreboard& operator=(const Scoreboard&) = delete;

    // Why there is no file; "" if there is one, or none was wanted.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }

    // For the master. A slot for a child of that kind that is about to be started; should there be none left,
    // that of the master, which is then shared.
    [[nodiscard]] std::size_t take(core::metrics::Process process);
    // The child is no more, `status` is what waitpid() said; or it could not be started. What it has counted
    // stays.
    void release(std::size_t slot, int status);
    void release(std::size_t slot);

    // Where this process counts from now on (platform/metrics.h). A child counts its start first.
    void count_as_master();
    void count_as_child(std::size_t slot);

  private:
    friend struct ScoreboardReadings read_scoreboards(const std::string& directory);

    Scoreboard();

    struct Memory;
    static const Memory* private_memory_;  // of this process tree, if it has no file

    std::unique_ptr<Memory> memory_;
    std::string trouble_;
};

struct ScoreboardReadings {
    std::vector<core::metrics::ScoreboardReading> boards;
    std::size_t unread = 0;  // files that another version made
};

// All scoreboards of that directory, and this process tree's own if it has no file.
[[nodiscard]] ScoreboardReadings read_scoreboards(const std::string& directory);

}  // namespace koshelf::platform
