// koshelf-ctl: the command line for administrators.

#include <csignal>
#include <cstdio>
#include <span>
#include <string_view>
#include <vector>

#include "ctl/command_table.h"

namespace {

int misuse(const char* what) {
    std::fprintf(stderr, "koshelf-ctl: %s; see koshelf-ctl help\n", what);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace koshelf;
    std::signal(SIGPIPE, SIG_IGN);
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    if (arguments.empty()) return misuse("a command is missing");
    std::string_view name = arguments.front();
    if (name == "--help" || name == "-h") name = "help";
    if (name == "--version") name = "version";
    const ctl::Command* command = ctl::find_command(name);
    if (command == nullptr) return misuse("unknown command");
    return command->run(std::span(arguments).subspan(1));
}
