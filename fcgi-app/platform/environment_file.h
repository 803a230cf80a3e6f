// Settings in a file of NAME=VALUE lines. systemd reads the same file (EnvironmentFile=), and so does
// scripts/lib/env_file.bash: tests/data/env_file.jsonl has what all of them make of a line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace koshelf::platform {

struct Setting {
    std::string name;
    std::string value;

    bool operator==(const Setting&) const = default;
};

// What a line says; nothing for an empty one and for a comment ("#", ";"). Blanks around name and value do
// not count, nor do quotes around the whole value. The error is what was expected.
[[nodiscard]] tl::expected<std::optional<Setting>, std::string> parse_setting(std::string_view line);

// Puts the settings of a file into this process' environment. What an earlier call put there and the file
// has no longer goes back to what the environment was before. Changes nothing if it fails; the error is a
// sentence.
[[nodiscard]] tl::expected<void, std::string> load_environment_file(const std::string& path);

}  // namespace koshelf::platform
