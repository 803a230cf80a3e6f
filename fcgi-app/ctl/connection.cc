#include "ctl/connection.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <utility>

namespace koshelf::ctl {
namespace {

constexpr std::chrono::milliseconds kTimeout{5000};

}  // namespace

Connection::Connection(platform::Config config)
    : config_(std::move(config)),
      redis_(std::make_unique<platform::Redis>(
          config_.redis, platform::Redis::Timeouts{.connect = kTimeout, .reply = kTimeout})),
      database_(std::make_unique<store::Database>(*redis_)) {}

std::optional<Connection> Connection::open() {
    auto config = platform::Config::read(platform::process_environment());
    if (!config) {
        complain(config.error());
        return std::nullopt;
    }
    return Connection(std::move(*config));
}

std::string Connection::explain(const store::StoreError& error) const {
    return "Redis at " + config_.redis.describe() + ": " + error.detail;
}

int Connection::failed(const store::StoreError& error) const {
    return complain(explain(error));
}

int complain(const std::string& what, int status) {
    std::fprintf(stderr, "koshelf-ctl: %s\n", what.c_str());
    return status;
}

std::string utc(core::EpochMillis time) {
    const std::time_t seconds = time / 1000;
    std::tm parts{};
    std::array<char, 32> text{};
    if (gmtime_r(&seconds, &parts) == nullptr) return "?";
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

std::string printable(std::string_view text) {
    std::string clean(text);
    for (char& c : clean) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
    }
    return clean;
}

}  // namespace koshelf::ctl
