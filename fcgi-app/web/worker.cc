#include "web/worker.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <vector>

#include <unistd.h>

#include "platform/clock.h"
#include "platform/fastcgi.h"
#include "platform/metrics.h"
#include "platform/redis.h"
#include "platform/signals.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/device_api/device_api.h"
#include "web/metrics_page.h"
#include "web/test_hooks.h"

namespace koshelf::web {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;

// Connecting is either quick or hopeless: Redis is on this machine or near it.
constexpr std::chrono::milliseconds kConnectTimeout{150};

std::string read_standard_input(std::size_t limit) {
    std::string body;
    std::array<char, 4096> chunk{};
    while (body.size() < limit) {
        const ssize_t got = read(STDIN_FILENO, chunk.data(), std::min(chunk.size(), limit - body.size()));
        if (got <= 0) break;
        body.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return body;
}

// Everything that a worker owns, in the order of its making.
class Worker {
  public:
    Worker(PoolKind kind, const platform::Config& config, const Shared& shared, platform::Log& log)
        : config_(config),
          log_(log),
          redis_(config.redis, {.connect = kConnectTimeout, .reply = config.redis_timeout}),
          database_(redis_),
          accounts_(database_),
          positions_(database_, {.stale_guard = config.stale_guard,
                                 .history_limit = config.history_limit,
                                 .documents_limit = config.documents_limit}),
          devices_(database_),
          outbox_(database_),
          settings_(database_, config),
          live_pull_(database_, settings_, config, log),
          desk_(database_, config),
          services_{config,           log,     database_, accounts_,  positions_,      devices_,
                    shared.addresses, outbox_, settings_, live_pull_, shared.refusals, desk_},
          router_(make_router(kind, config)) {}

    [[nodiscard]] std::string answer_fastcgi(platform::FastCgi& fastcgi) {
        const auto begun = metrics::Clock::now();
        Request request = build(fastcgi.parameters());
        request.body = fastcgi.read_body(kMaxBodyBytes);
        return answer(std::move(request), begun);
    }

    [[nodiscard]] std::string answer_cgi(const char* const* variables) {
        Request request = build(variables);
        // A server need not end the input of a CGI program: what counts is the announced length, if there is
        // one. Without one, methods that have a body are read to the end.
        const bool reads_to_end = request.method == Method::kPut || request.method == Method::kPost;
        const std::size_t expected = request.announced.value_or(reads_to_end ? kMaxBodyBytes + 1 : 0);
        if (!request.body_too_large()) request.body = read_standard_input(expected);
        return answer(std::move(request), metrics::Clock::now());
    }

  private:
    [[nodiscard]] Request build(const char* const* variables) const {
        RequestBuilder builder(config_.base_path);
        for (; *variables != nullptr; ++variables) builder.variable(*variables);
        return builder.finish();
    }

    [[nodiscard]] std::string answer(Request request, metrics::Clock::time_point begun) {
        const core::EpochMillis now = platform::now_millis();
        request.now = now / 1000;
        settings_.ride(now);
        log_.set_request_id(request.id);
        const auto [response, route] = router_.answer(services_, request);
        log_.debug("request.answered").with("path", request.path).with("status", response.status);
        log_.set_request_id({});
        const auto answered = metrics::Clock::now();
        metrics::count_request(route, response.status, answered - begun);
        metrics::note_memory(answered);
        return to_cgi(response, request.method == Method::kHead);
    }

    const platform::Config& config_;
    platform::Log& log_;
    platform::Redis redis_;
    store::Database database_;
    store::Accounts accounts_;
    store::Positions positions_;
    store::Devices devices_;
    store::Outbox outbox_;
    relay::SettingsWatch settings_;
    LivePull live_pull_;
    Desk desk_;
    Services services_;
    Router router_;
};

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
    std::vector<Route> routes;
    const auto add = [&routes](std::vector<Route> more) {
        std::ranges::move(more, std::back_inserter(routes));
    };
    if (kind != PoolKind::kAdmin) add(device_routes());
    if (kind != PoolKind::kDevice) {
        add(admin_routes());
        add({{Method::kGet, "/metrics", show_metrics, Negotiation::kNone}});
    }
    if (config.test_hooks) add(test_hook_routes());
    return Router(std::move(routes));
}

int serve_fastcgi(int listen_fd, PoolKind kind, int max_requests, const platform::Config& config,
                  const Shared& shared, platform::Log& log) {
    platform::install_worker_handlers();
    platform::FastCgi fastcgi(listen_fd, platform::signal_set({SIGTERM}));
    Worker worker(kind, config, shared, log);
    metrics::note_memory(metrics::Clock::now());
    int served = 0;
    while (max_requests == 0 || served < max_requests) {
        // Once told to stop, those who are already waiting are still served.
        const auto event = platform::stop_requested() ? fastcgi.poll() : fastcgi.wait();
        if (event == platform::FastCgi::Event::kNothing && platform::stop_requested()) break;
        if (event == platform::FastCgi::Event::kFailed) return 1;
        if (event != platform::FastCgi::Event::kRequest) continue;
        metrics::set(series(Metric::kWorkersBusy), 1);
        fastcgi.respond(worker.answer_fastcgi(fastcgi));
        ++served;
        fastcgi.finish(platform::stop_requested() || served == max_requests);
        metrics::set(series(Metric::kWorkersBusy), 0);
    }
    return 0;
}

int serve_cgi(const platform::Config& config, platform::Log& log) {
    Refusals uncounted(0);  // a process that serves one request has nothing to count in
    const Shared shared{.refusals = uncounted, .addresses = {}};
    Worker worker(PoolKind::kBoth, config, shared, log);
    return write_all(worker.answer_cgi(environ)) ? 0 : 1;
}

}  // namespace koshelf::web
