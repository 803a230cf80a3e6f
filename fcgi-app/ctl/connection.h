// Connection: what a command that works on Redis needs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/position.h"
#include "platform/config.h"
#include "platform/redis.h"
#include "store/database.h"

namespace koshelf::ctl {

// The environment's settings and a connection to the Redis that they name.
class Connection {
  public:
    // Nothing, and a line on standard error, if the environment makes no sense.
    [[nodiscard]] static std::optional<Connection> open();

    [[nodiscard]] const platform::Config& config() const { return config_; }
    [[nodiscard]] store::Database& database() { return *database_; }

    // What went wrong with Redis, and with which.
    [[nodiscard]] std::string explain(const store::StoreError& error) const;
    // Says so; returns the exit status, 1.
    [[nodiscard]] int failed(const store::StoreError& error) const;

  private:
    explicit Connection(platform::Config config);

    platform::Config config_;
    std::unique_ptr<platform::Redis> redis_;
    std::unique_ptr<store::Database> database_;
};

// Says what is wrong on standard error; returns `status`.
int complain(const std::string& what, int status = 1);

// "2026-11-24 01:46:54" in UTC.
[[nodiscard]] std::string utc(core::EpochMillis time);

// Text for a terminal: control characters become "?".
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace koshelf::ctl
