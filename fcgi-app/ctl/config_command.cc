#include "ctl/config_command.h"

#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include "abs/settings.h"
#include "ctl/connection.h"
#include "store/settings.h"

namespace koshelf::ctl {
namespace {

constexpr int kAttempts = 5;

// Enough to tell two keys apart, too little to use one.
std::string shown(const std::string& name, const std::string& value) {
    if (!store::is_secret_setting(name)) return printable(value);
    return value.size() >= 16 ? "********" + printable(value.substr(value.size() - 4)) : "********";
}

// A map of keys is all secret.
std::string shown_setting(const std::string& name, const std::string& value) {
    return name == "AUDIOBOOKSHELF_USER_MAP" ? "********" : shown(name, value);
}

store::Settings stored_in(Connection& connection) {
    return {connection.database(), platform::SecretBox(connection.config().secret_file)};
}

void report(const std::vector<std::pair<std::string, std::string>>& problems) {
    for (const auto& [variable, why] : problems) complain(std::string(variable).append(" ").append(why));
}

int list(Connection& connection) {
    const auto stored = stored_in(connection).load();
    if (!stored) return connection.failed(stored.error());
    const abs::Values& environment = connection.config().audiobookshelf;
    for (const std::string_view name : platform::kAudiobookshelfVariables) {
        const auto set = stored->overrides.find(name);
        const auto inherited = environment.find(name);
        if (set != stored->overrides.end()) {
            std::printf("%s=%s  (stored)\n", set->first.c_str(),
                        shown_setting(set->first, set->second).c_str());
        } else if (inherited != environment.end()) {
            std::printf("%s=%s  (environment)\n", inherited->first.c_str(),
                        shown_setting(inherited->first, inherited->second).c_str());
        }
    }
    report(stored->problems);
    for (const auto& problem : abs::make_settings(environment, stored->overrides).problems)
        complain(problem.variable + " " + problem.why);
    return 0;
}

int get(Connection& connection, const std::string& name) {
    const auto stored = stored_in(connection).load();
    if (!stored) return connection.failed(stored.error());
    report(stored->problems);
    const auto found = stored->overrides.find(name);
    if (found == stored->overrides.end()) return complain(name + " is not stored");
    std::printf("%s\n", shown_setting(name, found->second).c_str());
    return 0;
}

int change(Connection& connection, const std::string& name, const std::optional<std::string>& value) {
    store::Settings settings = stored_in(connection);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const auto version = settings.version();
        if (!version) return connection.failed(version.error());
        const auto changed = settings.update({{name, value}}, *version);
        if (!changed) return connection.failed(changed.error());
        if (*changed) return 0;
    }
    return complain("somebody else keeps changing the settings; try again");
}

int set(Connection& connection, const std::string& name, std::string value) {
    if (value == "-") {
        value.assign(std::istreambuf_iterator<char>(std::cin), {});
        while (value.ends_with('\n') || value.ends_with('\r')) value.pop_back();
    }
    if (value.empty()) return complain("an empty value is none; use unset", 2);
    if (const auto problems = abs::check_setting(name, value); !problems.empty())
        return complain(name + " " + problems.front().why);
    return change(connection, name, value);
}

}  // namespace

int run_config(std::span<const std::string_view> arguments) {
    const std::string_view verb = arguments.empty() ? std::string_view() : arguments[0];
    const bool lists = verb == "list" && arguments.size() == 1;
    const bool sets = verb == "set" && arguments.size() == 3;
    const bool names_one = (verb == "get" || verb == "unset") && arguments.size() == 2;
    if (!lists && !sets && !names_one)
        return complain("config takes list, get NAME, set NAME VALUE or unset NAME", 2);
    const std::string name(lists ? "" : arguments[1]);
    if (!lists && !store::is_setting(name))
        return complain(printable(name) + " is no setting that can be stored; see the README", 2);
    auto connection = Connection::open();
    if (!connection) return 1;
    if (lists) return list(*connection);
    if (sets) return set(*connection, name, std::string(arguments[2]));
    return verb == "get" ? get(*connection, name) : change(*connection, name, std::nullopt);
}

}  // namespace koshelf::ctl
