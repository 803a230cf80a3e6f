// Log lines: one JSON object each, on stderr, written with one system call so that the lines of several
// processes never mix. Events are nouns with fields; docs/logging.md lists them.
//
// Credentials never reach a line. Progress strings (where somebody is in which book) not above debug.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/json_text.h"

namespace koshelf::platform {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

// "debug", "info", "warn", "error"; nothing for another word.
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view text);

// Longest text of a field, in bytes: nobody is to fill the disk, or tear a line, with a long name.
inline constexpr std::size_t kMaxLogFieldBytes = 256;

class Log;

// A line in the making: written when it goes out of scope, or never, if its level is not wanted.
//     log.info("push.stored").with("user", username).with("stale", false);
class LogLine {
  public:
    LogLine(const Log& log, LogLevel level, std::string_view event);
    ~LogLine();
    LogLine(const LogLine&) = delete;
    LogLine(LogLine&&) = delete;
    LogLine& operator=(const LogLine&) = delete;
    LogLine& operator=(LogLine&&) = delete;

    // Text is cut at kMaxLogFieldBytes: much of it comes from whoever sends requests.
    LogLine& with(std::string_view name, std::string_view text);
    LogLine& with(std::string_view name, const char* text) { return with(name, std::string_view(text)); }
    LogLine& with(std::string_view name, const std::string& text) {
        return with(name, std::string_view(text));
    }
    template <typename T>
    LogLine& with(std::string_view name, const T& value) {
        if (line_) line_->add(name, value);
        return *this;
    }

  private:
    std::optional<core::JsonObject> line_;
};

class Log {
  public:
    explicit Log(LogLevel threshold) : threshold_(threshold) {}

    // NOLINTBEGIN(modernize-use-nodiscard): a line is written when it goes out of scope, named or not
    LogLine debug(std::string_view event) const { return {*this, LogLevel::kDebug, event}; }
    LogLine info(std::string_view event) const { return {*this, LogLevel::kInfo, event}; }
    LogLine warn(std::string_view event) const { return {*this, LogLevel::kWarn, event}; }
    LogLine error(std::string_view event) const { return {*this, LogLevel::kError, event}; }
    // NOLINTEND(modernize-use-nodiscard)

    [[nodiscard]] bool wants(LogLevel level) const { return level >= threshold_; }

    // nginx's id of the request being served; on every line until it is set to "".
    void set_request_id(std::string_view id) { request_id_ = id; }
    [[nodiscard]] const std::string& request_id() const { return request_id_; }

  private:
    LogLevel threshold_;
    std::string request_id_;
};

}  // namespace koshelf::platform
