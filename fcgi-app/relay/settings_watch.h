// SettingsWatch: the settings of the bridge as they are now, in a process that runs for long.
#pragma once

#include <string>

#include "abs/settings.h"
#include "core/position.h"
#include "platform/config.h"
#include "platform/log.h"
#include "store/database.h"
#include "store/settings.h"

namespace koshelf::relay {

// Redis is asked for the stored settings at most once a second: by refresh() with a round trip of its own, by
// ride() within somebody else's. Until the first answer, and while Redis is away, what is known counts.
class SettingsWatch {
  public:
    SettingsWatch(store::Database& database, const platform::Config& config);

    // Valid until refresh() says true or an exchange after ride() has returned.
    [[nodiscard]] const abs::Settings& current() const { return current_; }

    // Whether Redis has answered yet.
    [[nodiscard]] bool loaded() const { return loaded_; }

    // True if the settings have changed. The first time they are loaded counts as a change, if anything is
    // stored.
    [[nodiscard]] bool refresh(core::EpochMillis now);

    // Has the question travel with the database's next exchange.
    void ride(core::EpochMillis now);

  private:
    [[nodiscard]] bool due(core::EpochMillis now);
    bool take(platform::RedisValue answer);

    store::Database& database_;
    store::Settings store_;
    abs::Values environment_;
    abs::Settings current_;
    bool loaded_ = false;
    core::EpochMillis asked_ = 0;
    std::string version_;  // both as they were answered
    std::string stored_;
};

// One line for each problem: config.problem.
void log_problems(const abs::Settings& settings, const platform::Log& log);

}  // namespace koshelf::relay
