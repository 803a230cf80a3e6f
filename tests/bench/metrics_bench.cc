// What counting costs: nanoseconds for each call of platform/metrics.h, for all that a push counts, and what
// an answer to GET /metrics takes.
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "core/metrics/tally.h"
#include "platform/metrics.h"
#include "platform/scoreboard.h"

namespace {

using namespace koshelf;
using core::metrics::Metric;
using core::metrics::Process;
using std::chrono::microseconds;
namespace metrics = platform::metrics;

constexpr int kRounds = 5;
constexpr int kCalls = 2'000'000;

// Nanoseconds of one call, the best of some rounds: on a machine that does other things it is the least
// disturbed.
double cost_of(const std::function<void(int)>& call, int calls) {
    double best = 1e18;
    for (int round = 0; round < kRounds; ++round) {
        const auto begun = metrics::Clock::now();
        for (int i = 0; i < calls; ++i) call(i);
        const std::chrono::duration<double, std::nano> took = metrics::Clock::now() - begun;
        best = std::min(best, took.count() / calls);
    }
    return best;
}

void show(const char* what, double nanoseconds) {
    std::printf("%-58s %10.1f ns\n", what, nanoseconds);
}

// What a worker counts for a push that is stored: its own counters, one exchange with Redis, the request.
void push(int i) {
    const auto begun = metrics::Clock::now();
    metrics::set(series(Metric::kWorkersBusy), 1);
    const auto asked = metrics::Clock::now();
    metrics::observe(series(Metric::kRedisDuration), metrics::Clock::now() - asked + microseconds(300));
    metrics::count(series(Metric::kPushes, "stored"));
    const auto answered = metrics::Clock::now();
    metrics::count_request(1 + static_cast<std::size_t>(i & 1), 200, answered - begun + microseconds(900));
    metrics::note_memory(answered);
    metrics::set(series(Metric::kWorkersBusy), 0);
}

std::vector<core::metrics::RouteName> some_routes(int count) {
    std::vector<core::metrics::RouteName> routes;
    for (int i = 0; i < count; ++i) routes.push_back({"GET", "/a/route/number/" + std::to_string(i)});
    return routes;
}

// The same while other processes do it as well, each in its own cells.
double cost_beside_others(platform::Scoreboard& board, int others) {
    std::vector<pid_t> children;
    for (int i = 0; i < others; ++i) {
        const std::size_t slot = board.take(Process::kDevice);
        const pid_t pid = fork();
        if (pid == 0) {
            board.count_as_child(slot);
            for (int n = 0;; ++n) push(n);
        }
        children.push_back(pid);
    }
    const double cost = cost_of(push, kCalls / 10);
    for (const pid_t pid : children) {
        kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
    }
    return cost;
}

}  // namespace

int main() {
    auto board = platform::Scoreboard::open(
        "", {.tree = Process::kDevice, .routes = some_routes(10), .wanted = {{Process::kDevice, 8}}});
    board.count_as_child(board.take(Process::kDevice));
    show("reading the clock", cost_of([](int) { (void)metrics::Clock::now(); }, kCalls));
    show("count, of a counter",
         cost_of([](int) { metrics::count(series(Metric::kPulls, "found")); }, kCalls));
    show("count, by the words of its labels",
         cost_of([](int) { metrics::count(Metric::kAbsCalls, "patch-progress", "too-large"); }, kCalls));
    show("observe, in a histogram",
         cost_of([](int i) { metrics::observe(series(Metric::kRedisDuration), microseconds(i & 0xFFF)); },
                 kCalls));
    show("count_request",
         cost_of([](int i) { metrics::count_request(3, 200, microseconds(i & 0xFFF)); }, kCalls));
    show("all that a push counts, clocks included", cost_of(push, kCalls));
    show("the same beside another process that does nothing else", cost_beside_others(board, 1));

    const auto answer = [] {
        core::metrics::Exposition page;
        core::metrics::tally(page, platform::read_scoreboards("").boards);
        return page.text();
    };
    show("adding up 25 slots, and the text", cost_of([&](int) { (void)answer(); }, 200));
    std::printf("%-58s %10zu bytes\n", "the text", answer().size());
    std::printf("%-58s %10zu bytes\n", "cells of one process, with 10 routes",
                (core::metrics::kFixedCells + 11 * core::metrics::kRouteCells) * sizeof(metrics::Cell));
}
