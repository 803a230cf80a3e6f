// Progress: how far a long piece of work is, for who waits at a terminal.
#pragma once

#include <cstdint>
#include <string>

#include "core/position.h"

namespace koshelf::ctl {

// One line on standard error that replaces itself, a few times a second; nothing if that is no terminal.
class Progress {
  public:
    // `done`: a participle, "imported".
    explicit Progress(std::string done);

    void show(std::int64_t lines);
    // Removes the line: something else is said.
    void end();

  private:
    std::string done_;
    bool terminal_;
    bool shown_ = false;
    core::EpochMillis last_ = 0;
};

}  // namespace koshelf::ctl
