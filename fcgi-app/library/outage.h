// Outage: whether the server is left alone for a while, because it did not answer lately.
#pragma once

#include "abs/error.h"
#include "core/position.h"

namespace koshelf::library {

class Outage {
  public:
    // Unreachable, too slow, wrong certificate, or asking for a pause: the pause grows from 2 s to a minute.
    // Other errors are answers.
    void note(const abs::AbsError& error, core::EpochMillis now);
    void note_answer() { failures_ = 0; }

    [[nodiscard]] bool over(core::EpochMillis now) const { return now >= until_; }
    [[nodiscard]] int failures() const { return failures_; }

  private:
    int failures_ = 0;
    core::EpochMillis until_ = 0;
};

// Asking again may bring something else: all but 403, 404, and what is too large.
[[nodiscard]] bool may_pass(const abs::AbsError& error);

}  // namespace koshelf::library
