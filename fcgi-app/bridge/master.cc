#include "bridge/master.h"

#include <algorithm>
#include <csignal>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/signals.h"

namespace koshelf::bridge {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kFirstDelay{200};
constexpr milliseconds kLongestDelay{30'000};
constexpr milliseconds kLongLife{60'000};
constexpr milliseconds kAskAgain{500};

class Master {
  public:
    Master(const std::vector<Part>& parts, const MasterOptions& options, const std::function<bool()>& reload,
           platform::Scoreboard& scoreboard, const platform::Log& log)
        : options_(options), reload_(reload), scoreboard_(scoreboard), log_(log) {
        for (const Part& part : parts) children_.push_back({.part = &part});
    }

    int run() {
        scoreboard_.count_as_master();
        log_.info("bridge.started");
        while (true) {
            start_missing();
            switch (wait_for_signal()) {
                case SIGCHLD: reap(); break;
                case SIGHUP:
                    if (reload_()) {
                        metrics::count(series(Metric::kReloads));
                        signal_all(SIGTERM);
                    }
                    break;
                case SIGTERM:
                case SIGINT: return drain();
                default: break;
            }
        }
    }

  private:
    struct Child {
        const Part* part = nullptr;
        pid_t pid = 0;
        std::size_t slot = 0;  // of the scoreboard
        Clock::time_point started{};
        Clock::time_point start_at{};
        milliseconds delay{0};
    };

    void start_missing() {
        for (Child& child : children_) {
            if (child.pid == 0 && Clock::now() >= child.start_at) start(child);
        }
    }

    void start(Child& child) {
        const pid_t master = getpid();
        child.slot = scoreboard_.take(child.part->kind);
        const pid_t pid = fork();
        if (pid < 0) {
            scoreboard_.release(child.slot);
            log_.error("bridge.fork_failed").with("part", child.part->name);
            delay(child);
            return;
        }
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGTERM);
            // The master may have died before that was set.
            if (getppid() != master) _exit(1);
            platform::install_worker_handlers();
            const sigset_t steering = platform::signal_set({SIGTERM, SIGINT, SIGHUP, SIGCHLD});
            sigprocmask(SIG_UNBLOCK, &steering, nullptr);
            scoreboard_.count_as_child(child.slot);
            _exit(child.part->life());
        }
        child.pid = pid;
        child.started = Clock::now();
    }

    static void delay(Child& child) {
        child.delay = std::clamp(child.delay * 2, kFirstDelay, kLongestDelay);
        child.start_at = Clock::now() + child.delay;
    }

    // The signal that arrived, or 0 after a while.
    static int wait_for_signal() {
        const sigset_t set = platform::signal_set({SIGTERM, SIGINT, SIGHUP, SIGCHLD});
        const timespec timeout{.tv_sec = 0, .tv_nsec = 1'000'000LL * kAskAgain.count()};
        return std::max(sigtimedwait(&set, nullptr, &timeout), 0);
    }

    void reap() {
        int status = 0;
        for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
            const auto child = std::ranges::find(children_, pid, &Child::pid);
            if (child == children_.end()) continue;
            child->pid = 0;
            scoreboard_.release(child->slot, status);
            if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
                child->delay = milliseconds::zero();
                continue;
            }
            log_.error("bridge.part_died")
                .with("part", child->part->name)
                .with("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0)
                .with("status", WIFEXITED(status) ? WEXITSTATUS(status) : 0);
            if (Clock::now() - child->started > kLongLife) child->delay = milliseconds::zero();
            delay(*child);
        }
    }

    void signal_all(int signal) const {
        for (const Child& child : children_) {
            if (child.pid != 0) kill(child.pid, signal);
        }
    }

    int drain() {
        const auto deadline = Clock::now() + options_.drain;
        signal_all(SIGTERM);
        while (std::ranges::any_of(children_, [](const Child& child) { return child.pid != 0; })) {
            if (Clock::now() >= deadline) signal_all(SIGKILL);
            if (wait_for_signal() == 0) signal_all(SIGTERM);
            reap();
        }
        log_.info("bridge.stopped");
        return 0;
    }

    const MasterOptions& options_;
    const std::function<bool()>& reload_;
    platform::Scoreboard& scoreboard_;
    const platform::Log& log_;
    std::vector<Child> children_;
};

}  // namespace

int run_parts(const std::vector<Part>& parts, const MasterOptions& options,
              const std::function<bool()>& reload, platform::Scoreboard& scoreboard,
              const platform::Log& log) {
    return Master(parts, options, reload, scoreboard, log).run();
}

}  // namespace koshelf::bridge
