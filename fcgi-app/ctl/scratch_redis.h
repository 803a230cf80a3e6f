// ScratchRedis: a Redis of our own on a copy of somebody's files, to read what is in them. Nobody else can
// reach it, and nothing of it stays.
#pragma once

#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "platform/redis_address.h"

namespace koshelf::ctl {

// Database numbers below this are known to it.
inline constexpr int kMostDatabases = 256;

class ScratchRedis {
  public:
    // `path`: a directory with dump.rdb, appendonlydir/ or appendonly.aof, as a Redis leaves them; or an RDB
    // file. Returns when everything is read. The error is a sentence, with what Redis says of the files.
    [[nodiscard]] static tl::expected<ScratchRedis, std::string> start(const std::string& path);

    ~ScratchRedis();
    ScratchRedis(ScratchRedis&&) noexcept;
    ScratchRedis(const ScratchRedis&) = delete;
    ScratchRedis& operator=(const ScratchRedis&) = delete;
    ScratchRedis& operator=(ScratchRedis&&) = delete;

    [[nodiscard]] platform::RedisAddress address(int database) const;

  private:
    struct State;
    explicit ScratchRedis(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace koshelf::ctl
