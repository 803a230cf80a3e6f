// koshelf-bridge: carries positions between this server and Audiobookshelf.

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <sys/resource.h>

#include "bridge/master.h"
#include "bridge/sync.h"
#include "library/run_library.h"
#include "platform/config.h"
#include "platform/log.h"
#include "platform/scoreboard.h"
#include "platform/signals.h"
#include "web/version.h"

namespace {

using namespace koshelf;
using core::metrics::Process;

constexpr std::string_view kUsage =
    R"(koshelf-bridge: keeps KOReader's and Audiobookshelf's positions the same

  koshelf-bridge [options]

Runs in the foreground until SIGTERM. Of several on one Redis one works, the others stand by.

  --env-file PATH     NAME=VALUE lines put into the environment, read again on SIGHUP
  --version, --help

Settings come from the environment, and from `koshelf-ctl config`: see README.md.
)";

struct Options {
    std::string environment_file;
    int exit_status = -1;  // the program ends with it at once, if not negative
};

Options read_options(const std::vector<std::string_view>& arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == "--help" || argument == "-h") {
            std::fwrite(kUsage.data(), 1, kUsage.size(), stdout);
            return {.environment_file = {}, .exit_status = 0};
        }
        if (argument == "--version") {
            std::printf("koshelf-bridge %s\n", web::kVersion.data());
            return {.environment_file = {}, .exit_status = 0};
        }
        if (argument.starts_with("--env-file=")) {
            options.environment_file = argument.substr(argument.find('=') + 1);
        } else if (argument == "--env-file" && i + 1 < arguments.size()) {
            options.environment_file = arguments[++i];
        } else {
            std::fprintf(stderr, "koshelf-bridge: cannot use option %s; see --help\n",
                         std::string(argument).c_str());
            return {.environment_file = {}, .exit_status = 2};
        }
    }
    return options;
}

// Each live feed holds a connection open, and a second one while it is being closed. Most systems begin with
// 1,024 descriptors and allow many more.
void raise_descriptor_limit() {
    constexpr rlim_t kEnough = 65'536;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kEnough) return;
    limit.rlim_cur = std::min(kEnough, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = read_options({argv + 1, argv + argc});
    if (options.exit_status >= 0) return options.exit_status;
    platform::Log log(platform::LogLevel::kInfo);
    auto config = platform::read_config(options.environment_file, log);
    if (!config) return 1;
    log = platform::Log(config->log_level);

    raise_descriptor_limit();
    platform::block_steering_signals();
    const std::vector<bridge::Part> parts = {
        {.name = "sync", .kind = Process::kSync, .life = [&] { return bridge::run_sync(*config, log); }},
        {.name = "library", .kind = Process::kLibrary, .life = [&] {
             return library::run_library(*config, log);
         }}};
    const auto reload = [&] {
        auto changed = platform::read_config(options.environment_file, log);
        if (!changed) return false;
        config = std::move(changed);
        log = platform::Log(config->log_level);
        return true;
    };
    auto scoreboard = platform::Scoreboard::open(
        config->metrics_dir,
        {.tree = Process::kBridge, .routes = {}, .wanted = {{Process::kSync, 1}, {Process::kLibrary, 1}}});
    if (!scoreboard.trouble().empty()) log.warn("metrics.not_shared").with("why", scoreboard.trouble());
    return bridge::run_parts(parts, {}, reload, scoreboard, log);
}
