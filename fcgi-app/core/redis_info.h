// RedisInfo: what Redis says of itself when it is asked for INFO.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace koshelf::core {

class RedisInfo {
  public:
    // "name:value" lines, "# Title" and empty ones between them.
    explicit RedisInfo(std::string_view answer);

    // The value of that name; nothing if Redis does not say it.
    [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const;
    // Nothing also if it does not begin with a number.
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view name) const;
    // Whether it says exactly that.
    [[nodiscard]] bool says(std::string_view name, std::string_view value) const;

  private:
    std::map<std::string, std::string, std::less<>> lines_;
};

}  // namespace koshelf::core
