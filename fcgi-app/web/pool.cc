#include "web/pool.h"

#include <algorithm>
#include <csignal>
#include <map>
#include <optional>
#include <vector>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/signals.h"

namespace koshelf::web {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kShortLife{1000};
constexpr milliseconds kFirstDelay{100};
constexpr milliseconds kLongestDelay{5000};
// Asking again costs nothing, and covers a worker that was just between two waits.
constexpr milliseconds kAskAgain{500};

class Master {
  public:
    Master(platform::ListenSocket socket, const PoolOptions& options, const PoolCallbacks& callbacks,
           platform::Scoreboard& scoreboard, const platform::Log& log)
        : socket_(std::move(socket)),
          options_(options),
          callbacks_(callbacks),
          scoreboard_(scoreboard),
          log_(log) {}

    int run() {
        scoreboard_.count_as_master();
        log_.info("pool.started").with("workers", options_.workers);
        companion_wanted_ = static_cast<bool>(callbacks_.companion);
        while (true) {
            start_missing();
            switch (wait_for_signal(respawn_at_)) {
                case SIGCHLD: reap(); break;
                case SIGHUP: reload(); break;
                case SIGTERM:
                case SIGINT: return drain();
                default: break;
            }
        }
    }

  private:
    struct Child {
        Clock::time_point started;
        std::size_t slot = 0;   // of the scoreboard
        bool retiring = false;  // told to stop: not to be replaced
    };

    pid_t start(const std::function<int()>& life) {
        const pid_t master = getpid();
        const pid_t pid = fork();
        if (pid != 0) return pid;
        socket_.release_file();
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        // The master may have died before that was set.
        _exit(getppid() == master ? life() : 1);
    }

    [[nodiscard]] int serving() const {
        return static_cast<int>(
            std::ranges::count_if(workers_, [](const auto& entry) { return !entry.second.retiring; }));
    }

    // False if not all could be started; it is tried again later.
    bool start_missing() {
        if (respawn_at_ && Clock::now() < *respawn_at_) return false;
        respawn_at_.reset();
        if (companion_wanted_ && companion_ == 0) companion_ = std::max(start(callbacks_.companion), 0);
        for (int missing = options_.workers - serving(); missing > 0; --missing) {
            const std::size_t slot = scoreboard_.take(options_.kind);
            const pid_t pid = start([&] {
                scoreboard_.count_as_child(slot);
                return callbacks_.worker();
            });
            if (pid < 0) {
                scoreboard_.release(slot);
                log_.error("worker.fork_failed");
                delay_respawn();
                return false;
            }
            workers_.emplace(pid, Child{.started = Clock::now(), .slot = slot});
            log_.debug("worker.started").with("pid", static_cast<int>(pid));
        }
        return true;
    }

    void delay_respawn() {
        delay_ = std::clamp(delay_ * 2, kFirstDelay, kLongestDelay);
        respawn_at_ = Clock::now() + delay_;
    }

    // The signal that arrived, or 0 when the deadline is over. (A pending SIGCHLD stands for any number of
    // children: whoever gets it reaps them all.)
    static int wait_for_signal(std::optional<Clock::time_point> deadline) {
        const sigset_t set = platform::signal_set({SIGTERM, SIGINT, SIGHUP, SIGCHLD});
        if (!deadline) {
            int signal = 0;
            sigwait(&set, &signal);
            return signal;
        }
        const auto left = std::max(*deadline - Clock::now(), Clock::duration::zero());
        const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
        const timespec timeout{.tv_sec = nanoseconds / 1'000'000'000, .tv_nsec = nanoseconds % 1'000'000'000};
        const int signal = sigtimedwait(&set, nullptr, &timeout);
        return signal < 0 ? 0 : signal;
    }

    void reap() {
        int status = 0;
        for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
            if (pid == companion_) note_companion_end(status);
            const auto worker = workers_.find(pid);
            if (worker == workers_.end()) continue;
            scoreboard_.release(worker->second.slot, status);
            note_end(pid, status, worker->second);
            workers_.erase(worker);
        }
    }

    // It ends with 0 when its work is done; anything else is an accident, and it starts again.
    void note_companion_end(int status) {
        companion_ = 0;
        companion_wanted_ = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
        if (!companion_wanted_) return;
        log_.error("companion.died").with("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
        delay_respawn();
    }

    void note_end(pid_t pid, int status, const Child& child) {
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
            delay_ = milliseconds::zero();
            log_.debug("worker.ended").with("pid", static_cast<int>(pid));
            return;
        }
        log_.error("worker.died")
            .with("pid", static_cast<int>(pid))
            .with("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0)
            .with("status", WIFEXITED(status) ? WEXITSTATUS(status) : 0);
        if (child.retiring) return;
        if (Clock::now() - child.started < kShortLife) {
            delay_respawn();
        } else {
            delay_ = milliseconds::zero();
        }
    }

    void reload() {
        if (!callbacks_.reload()) return;
        std::vector<pid_t> old_generation;
        for (auto& [pid, child] : workers_) {
            child.retiring = true;
            old_generation.push_back(pid);
        }
        respawn_at_.reset();
        // Without a new generation the old one goes on as it is.
        if (!start_missing()) {
            for (auto& [pid, child] : workers_) child.retiring = false;
            log_.error("pool.reload_failed");
            return;
        }
        log_.info("pool.reloaded");
        metrics::count(series(Metric::kReloads));
        for (const pid_t pid : old_generation) kill(pid, SIGTERM);
    }

    void signal_all(int signal) const {
        for (const auto& [pid, child] : workers_) kill(pid, signal);
        if (companion_ > 0) kill(companion_, signal);
    }

    int drain() {
        log_.info("pool.draining");
        const auto deadline = Clock::now() + options_.drain;
        for (auto& [pid, child] : workers_) child.retiring = true;
        signal_all(SIGTERM);
        while (!workers_.empty() || companion_ > 0) {
            if (Clock::now() >= deadline) {
                log_.warn("pool.killing").with("workers", static_cast<int>(workers_.size()));
                signal_all(SIGKILL);
            }
            const int signal = wait_for_signal(Clock::now() + kAskAgain);
            if (signal == 0) signal_all(SIGTERM);
            reap();
        }
        log_.info("pool.stopped");
        return 0;
    }

    platform::ListenSocket socket_;
    const PoolOptions& options_;
    const PoolCallbacks& callbacks_;
    platform::Scoreboard& scoreboard_;
    const platform::Log& log_;
    std::map<pid_t, Child> workers_;
    pid_t companion_ = 0;
    bool companion_wanted_ = false;
    milliseconds delay_{0};
    std::optional<Clock::time_point> respawn_at_;
};

}  // namespace

int run_pool(platform::ListenSocket socket, const PoolOptions& options, const PoolCallbacks& callbacks,
             platform::Scoreboard& scoreboard, const platform::Log& log) {
    return Master(std::move(socket), options, callbacks, scoreboard, log).run();
}

}  // namespace koshelf::web
