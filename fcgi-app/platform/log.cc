#include "platform/log.h"

#include <array>
#include <cstdio>
#include <ctime>

#include <unistd.h>

#include "platform/clock.h"

namespace koshelf::platform {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames = {"debug", "info", "warn", "error"};

// "2026-11-23T22:33:44.123Z"
std::string timestamp(EpochMillis now) {
    const std::time_t seconds = now / 1000;
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 40> buffer{};
    const std::size_t length = std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::string text(buffer.data(), length);
    std::snprintf(buffer.data(), buffer.size(), ".%03dZ", static_cast<int>(now % 1000));
    return text + buffer.data();
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view text) {
    for (std::size_t i = 0; i < kLevelNames.size(); ++i) {
        if (kLevelNames[i] == text) return static_cast<LogLevel>(i);
    }
    return std::nullopt;
}

LogLine::LogLine(const Log& log, LogLevel level, std::string_view event) {
    if (!log.wants(level)) return;
    line_.emplace();
    line_->add("time", timestamp(now_millis()));
    line_->add("level", kLevelNames[static_cast<std::size_t>(level)]);
    line_->add("event", event);
    if (!log.request_id().empty()) line_->add("request_id", log.request_id());
}

LogLine& LogLine::with(std::string_view name, std::string_view text) {
    if (line_) line_->add(name, text.substr(0, kMaxLogFieldBytes));
    return *this;
}

LogLine::~LogLine() {
    if (!line_) return;
    const std::string line = line_->finish() + "\n";
    // Nobody is left to tell if stderr is gone.
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace koshelf::platform
