#include "platform/environment_file.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>

#include "core/ascii.h"

namespace koshelf::platform {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

using Variables = std::map<std::string, std::optional<std::string>>;

std::string_view trim(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_name(std::string_view text) {
    return !text.empty() && !core::is_digit(text.front()) && std::ranges::all_of(text, [](char c) {
        return core::is_letter(c) || core::is_digit(c) || c == '_';
    });
}

std::string_view unquote(std::string_view value) {
    const bool quoted =
        value.size() >= 2 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'');
    return quoted ? value.substr(1, value.size() - 2) : value;
}

void set(const std::string& name, const std::optional<std::string>& value) {
    if (value) {
        setenv(name.c_str(), value->c_str(), 1);
    } else {
        unsetenv(name.c_str());
    }
}

std::optional<std::string> current(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

tl::expected<Variables, std::string> read_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) return tl::unexpected("cannot read " + path);
    Variables found;
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        auto setting = parse_setting(line);
        if (!setting)
            return tl::unexpected(path + ", line " + std::to_string(number) + ": " + setting.error());
        if (*setting) found[(*setting)->name] = (*setting)->value;
    }
    return found;
}

}  // namespace

tl::expected<std::optional<Setting>, std::string> parse_setting(std::string_view line) {
    line = trim(line);
    if (line.empty() || line.front() == '#' || line.front() == ';') return std::nullopt;
    const std::size_t equals = line.find('=');
    const std::string_view name = trim(line.substr(0, equals));
    if (equals == std::string_view::npos || !is_name(name))
        return tl::unexpected(std::string("expected NAME=VALUE"));
    return Setting{.name = std::string(name), .value = std::string(unquote(trim(line.substr(equals + 1))))};
}

tl::expected<void, std::string> load_environment_file(const std::string& path) {
    // What the environment had in the place of each variable that is from a file now.
    static Variables before;
    const auto found = read_file(path);
    if (!found) return tl::unexpected(found.error());
    std::erase_if(before, [&](const auto& variable) {
        const bool gone = !found->contains(variable.first);
        if (gone) set(variable.first, variable.second);
        return gone;
    });
    for (const auto& [name, value] : *found) {
        before.try_emplace(name, current(name));
        set(name, value);
    }
    return {};
}

}  // namespace koshelf::platform
