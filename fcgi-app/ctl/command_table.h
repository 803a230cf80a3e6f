// CommandTable: what koshelf-ctl can do. Its help is made of this table; tests compare the manual page and
// the shells' completions with that help.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace koshelf::ctl {

struct Command {
    std::string_view name;
    std::string_view arguments;                               // behind the name: "[--user NAME] [FILE|-]"
    std::string_view help;                                    // what it does, in one or more sentences
    int (*run)(std::span<const std::string_view> arguments);  // returns the exit status
};

// In the order in which they are shown.
[[nodiscard]] std::span<const Command> commands();

// Null if there is none of that name.
[[nodiscard]] const Command* find_command(std::string_view name);

// What `koshelf-ctl help` prints.
[[nodiscard]] std::string help_text();

}  // namespace koshelf::ctl
