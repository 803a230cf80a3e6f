// koshelf-fcgi: the server behind nginx, as a pool of FastCGI workers, or for one request as plain CGI.

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcgiapp.h>
#include <unistd.h>

#include "platform/config.h"
#include "platform/listen_socket.h"
#include "platform/log.h"
#include "platform/scoreboard.h"
#include "platform/signals.h"
#include "relay/settings_watch.h"
#include "store/reindex.h"
#include "web/pool.h"
#include "web/version.h"
#include "web/worker.h"

namespace {

using namespace koshelf;

constexpr std::string_view kUsage =
    R"(koshelf-fcgi: KOReader sync server, behind a web server that speaks FastCGI or CGI

  koshelf-fcgi [options]

Listens on standard input if that is a listening socket (spawn-fcgi, systemd), else on --socket. With neither,
and REQUEST_METHOD in the environment, it answers that one request as a CGI program.

  --socket PATH|HOST:PORT  listen there
  --socket-mode MODE       rights of a socket file, octal (default 0660)
  --workers N              processes that serve requests (default: WORKERS, of the admin pool ADMIN_WORKERS; or 4)
  --pool device|admin      which routes (default device)
  --max-requests N         a worker retires after so many (default 100000; 0: never)
  --drain-s N              longest wait for requests in flight when stopping (default 10)
  --env-file PATH          NAME=VALUE lines put into the environment, read again on SIGHUP
  --version, --help

Settings come from the environment: see README.md.
)";

struct Options {
    std::string socket;
    mode_t socket_mode = 0660;
    web::PoolOptions pool;
    web::PoolKind kind = web::PoolKind::kDevice;
    std::optional<int> workers;
    int max_requests = 100'000;
    std::string environment_file;
};

std::optional<int> parse_number(std::string_view text, int minimum, int maximum, int base = 10) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end != text.data() + text.size() || value < minimum || value > maximum) {
        return std::nullopt;
    }
    return value;
}

// Sets one option; false if it is unknown or its value is wrong.
bool set_option(Options& options, std::string_view name, std::string_view value) {
    std::optional<int> number;
    if (name == "--socket") {
        options.socket = value;
    } else if (name == "--env-file") {
        options.environment_file = value;
    } else if (name == "--pool" && (value == "device" || value == "admin")) {
        const bool device = value == "device";
        options.kind = device ? web::PoolKind::kDevice : web::PoolKind::kAdmin;
        options.pool.kind = device ? core::metrics::Process::kDevice : core::metrics::Process::kAdmin;
    } else if (name == "--socket-mode" && (number = parse_number(value, 0, 0777, 8))) {
        options.socket_mode = static_cast<mode_t>(*number);
    } else if (name == "--workers" && (number = parse_number(value, 1, 1024))) {
        options.workers = *number;
    } else if (name == "--max-requests" && (number = parse_number(value, 0, 1'000'000'000))) {
        options.max_requests = *number;
    } else if (name == "--drain-s" && (number = parse_number(value, 0, 3600))) {
        options.pool.drain = std::chrono::seconds(*number);
    } else {
        return false;
    }
    return true;
}

// Reads the command line; prints what is wrong with it, and exits, where it cannot go on.
Options read_options(const std::vector<std::string_view>& arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == "--help" || argument == "-h") {
            std::fwrite(kUsage.data(), 1, kUsage.size(), stdout);
            std::exit(0);
        }
        if (argument == "--version") {
            std::printf("koshelf-fcgi %s\n", web::kVersion.data());
            std::exit(0);
        }
        const std::size_t equals = argument.find('=');
        const bool inline_value = equals != std::string_view::npos;
        const std::string_view name = argument.substr(0, equals);
        const bool has_value = inline_value || i + 1 < arguments.size();
        if (!has_value ||
            !set_option(options, name, inline_value ? argument.substr(equals + 1) : arguments[++i])) {
            std::fprintf(stderr, "koshelf-fcgi: cannot use option %s; see --help\n",
                         std::string(name).c_str());
            std::exit(2);
        }
    }
    return options;
}

// Nothing of the bridge's settings keeps the server from starting.
std::optional<platform::Config> read_config(const Options& options, const platform::Log& log) {
    auto config = platform::read_config(options.environment_file, log);
    if (config) relay::log_problems(abs::make_settings(config->audiobookshelf, {}), log);
    return config;
}

// How many workers the command line asks for, or else the environment.
std::optional<int> workers_of(const Options& options, const platform::Log& log) {
    if (options.workers) return options.workers;
    const char* name = options.kind == web::PoolKind::kDevice ? "WORKERS" : "ADMIN_WORKERS";
    const auto text = platform::process_environment()(name);
    if (!text || text->empty()) return options.pool.workers;
    const auto number = parse_number(*text, 1, 1024);
    if (!number)
        log.error("config.invalid").with("why", std::string(name) + ": must be a number from 1 to 1024");
    return number;
}

// Builds the indexes for data that has none, once; tries again for as long as Redis is away.
int build_indexes(const platform::Config& config, const platform::Log& log) {
    platform::install_worker_handlers();
    const sigset_t term = platform::signal_set({SIGTERM});
    sigprocmask(SIG_UNBLOCK, &term, nullptr);
    platform::Redis redis(config.redis, {});
    store::Database database(redis);
    const std::string owner = std::to_string(getpid());
    while (!platform::stop_requested()) {
        const auto needed = store::needs_reindex(database);
        if (needed && !*needed) return 0;
        if (needed) {
            const auto progress = store::reindex(database, owner, [] { return !platform::stop_requested(); });
            if (progress && progress->complete) {
                log.info("reindex.complete")
                    .with("accounts", progress->accounts)
                    .with("documents", progress->documents)
                    .with("orphans", progress->orphans);
                return 0;
            }
            if (!progress) log.warn("reindex.interrupted").with("why", progress.error().detail);
        }
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    return 0;
}

platform::Scoreboard open_scoreboard(const Options& options, const platform::Config& config,
                                     const platform::Log& log) {
    auto scoreboard = platform::Scoreboard::open(config.metrics_dir,
                                                 {.tree = options.pool.kind,
                                                  .routes = web::make_router(options.kind, config).names(),
                                                  .wanted = {{options.pool.kind, options.pool.workers}}});
    if (!scoreboard.trouble().empty()) log.warn("metrics.not_shared").with("why", scoreboard.trouble());
    return scoreboard;
}

int run_master(platform::ListenSocket socket, const Options& options, platform::Config config,
               platform::Log log) {
    const int fd = socket.fd();
    auto scoreboard = open_scoreboard(options, config, log);
    web::Refusals refusals(config.refusals_per_minute);
    const web::Shared shared{.refusals = refusals, .addresses = web::AddressDigests::make()};
    web::PoolCallbacks callbacks;
    callbacks.worker = [&] {
        return web::serve_fastcgi(fd, options.kind, options.max_requests, config, shared, log);
    };
    callbacks.reload = [&] {
        auto changed = read_config(options, log);
        if (!changed) return false;
        // nginx has it from the same file, and looks there only when it is started anew.
        changed->base_path = config.base_path;
        config = std::move(*changed);
        log = platform::Log(config.log_level);
        return true;
    };
    if (options.kind == web::PoolKind::kDevice)
        callbacks.companion = [&] { return build_indexes(config, log); };
    return web::run_pool(std::move(socket), options.pool, callbacks, scoreboard, log);
}

std::optional<platform::ListenSocket> find_socket(const Options& options, const platform::Log& log) {
    if (platform::is_listening(STDIN_FILENO)) return platform::ListenSocket::adopt(STDIN_FILENO);
    if (options.socket.empty()) {
        log.error("socket.missing")
            .with("why", "standard input is no listening socket, and there is no --socket");
        return std::nullopt;
    }
    auto socket = platform::ListenSocket::open(options.socket, options.socket_mode);
    if (!socket) {
        log.error("socket.failed").with("why", socket.error());
        return std::nullopt;
    }
    return std::move(*socket);
}

}  // namespace

int main(int argc, char** argv) {
    Options options = read_options({argv + 1, argv + argc});
    platform::Log log(platform::LogLevel::kInfo);
    auto config = read_config(options, log);
    if (!config) return 1;
    log = platform::Log(config->log_level);

    const bool is_cgi = options.socket.empty() && !platform::is_listening(STDIN_FILENO) &&
                        std::getenv("REQUEST_METHOD") != nullptr;
    if (is_cgi) {
        std::signal(SIGPIPE, SIG_IGN);
        return web::serve_cgi(*config, log);
    }
    const auto workers = workers_of(options, log);
    if (!workers) return 1;
    options.pool.workers = *workers;
    auto socket = find_socket(options, log);
    if (!socket) return 1;
    FCGX_Init();
    platform::block_steering_signals();
    return run_master(std::move(*socket), options, std::move(*config), log);
}
