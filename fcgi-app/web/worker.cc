#include "web/worker.h"

#include <array>
#include <string>

#include <unistd.h>

#include "platform/clock.h"
#include "platform/fastcgi.h"
#include "platform/redis.h"
#include "web/admin_api/admin_api.h"
#include "web/device_api/device_api.h"
#include "web/signals.h"
#include "web/test_hooks.h"

namespace koshelf::web {
namespace {

// Connecting is either quick or hopeless: Redis is on this machine or near it.
constexpr std::chrono::milliseconds kConnectTimeout{150};

// Everything that a worker owns, in the order of its making.
class Worker {
  public:
    Worker(PoolKind kind, const platform::Config& config, Refusals& refusals, platform::Log& log)
        : config_(config),
          log_(log),
          redis_(config.redis, {.connect = kConnectTimeout, .reply = config.redis_timeout}),
          database_(redis_),
          accounts_(database_),
          positions_(database_, config.stale_guard, config.history_limit),
          services_{config, log, database_, accounts_, positions_, refusals},
          router_(make_router(kind, config)) {}

    [[nodiscard]] std::string answer(const Request& request) {
        log_.set_request_id(request.id);
        const Response response = router_.answer(services_, request);
        log_.debug("request.answered").with("path", request.path).with("status", response.status);
        log_.set_request_id({});
        return to_cgi(response, request.method == Method::kHead);
    }

    [[nodiscard]] std::string answer(const char* const* variables, std::string body) {
        RequestBuilder builder(config_.base_path);
        for (; *variables != nullptr; ++variables) builder.variable(*variables);
        Request request = builder.finish();
        request.body = std::move(body);
        request.now = platform::now_millis() / 1000;
        return answer(request);
    }

  private:
    const platform::Config& config_;
    platform::Log& log_;
    platform::Redis redis_;
    store::Database database_;
    store::Accounts accounts_;
    store::Positions positions_;
    Services services_;
    Router router_;
};

std::string read_standard_input(std::size_t limit) {
    std::string body;
    std::array<char, 4096> chunk{};
    while (body.size() <= limit) {
        const ssize_t got = read(STDIN_FILENO, chunk.data(), std::min(chunk.size(), limit + 1 - body.size()));
        if (got <= 0) break;
        body.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return body;
}

// A server need not end the input of a CGI program: what counts is CONTENT_LENGTH, where it is known.
std::size_t cgi_body_limit(const platform::Config::Environment& environment) {
    const auto length = environment("CONTENT_LENGTH");
    if (!length || length->empty()) return environment("HTTP_TRANSFER_ENCODING") ? kMaxBodyBytes : 0;
    std::size_t bytes = 0;
    for (const char c : *length) {
        if (c < '0' || c > '9' || bytes > kMaxBodyBytes) break;
        bytes = bytes * 10 + static_cast<std::size_t>(c - '0');
    }
    return std::min(bytes, kMaxBodyBytes + 1);
}

bool write_all(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

Router make_router(PoolKind kind, const platform::Config& config) {
    std::vector<Route> routes = kind == PoolKind::kDevice ? device_routes() : admin_routes();
    if (config.test_hooks) {
        for (const Route& route : test_hook_routes()) routes.push_back(route);
    }
    return Router(std::move(routes));
}

int serve_fastcgi(int listen_fd, PoolKind kind, int max_requests, const platform::Config& config,
                  Refusals& refusals, platform::Log& log) {
    install_worker_handlers();
    platform::FastCgi fastcgi(listen_fd, signal_set({SIGTERM}));
    Worker worker(kind, config, refusals, log);
    int served = 0;
    while (max_requests == 0 || served < max_requests) {
        // Once told to stop, those who are already waiting are still served.
        const auto event = stop_requested() ? fastcgi.poll() : fastcgi.wait();
        if (event == platform::FastCgi::Event::kNothing && stop_requested()) break;
        if (event != platform::FastCgi::Event::kRequest) continue;
        std::string body = fastcgi.read_body(kMaxBodyBytes);
        fastcgi.respond(worker.answer(fastcgi.parameters(), std::move(body)));
        ++served;
        fastcgi.finish(stop_requested() || served == max_requests);
    }
    return 0;
}

int serve_cgi(const platform::Config& config, platform::Log& log) {
    Refusals uncounted(0);  // a process that serves one request has nothing to count in
    Worker worker(PoolKind::kDevice, config, uncounted, log);
    const std::size_t limit = cgi_body_limit(platform::process_environment());
    std::string body = limit == 0 ? std::string() : read_standard_input(limit - 1);
    return write_all(worker.answer(environ, std::move(body))) ? 0 : 1;
}

}  // namespace koshelf::web
