#include "platform/signals.h"

namespace koshelf::platform {
namespace {

// A handler can reach nothing else.
volatile std::sig_atomic_t g_stop_requested = 0;

void request_stop(int /*signal*/) {
    g_stop_requested = 1;
}

void handle(int signal, void (*handler)(int), int flags = 0) {
    struct sigaction action {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    // Never SA_RESTART: the wait for a request has to end.
    action.sa_flags = flags;
    sigaction(signal, &action, nullptr);
}

}  // namespace

sigset_t signal_set(std::initializer_list<int> signals) {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : signals) sigaddset(&set, signal);
    return set;
}

void block_steering_signals() {
    const sigset_t set = signal_set({SIGTERM, SIGINT, SIGHUP, SIGCHLD});
    sigprocmask(SIG_BLOCK, &set, nullptr);
    handle(SIGPIPE, SIG_IGN);
}

void install_worker_handlers() {
    g_stop_requested = 0;
    handle(SIGTERM, request_stop);
    handle(SIGINT, SIG_IGN);
    handle(SIGHUP, SIG_IGN);
    handle(SIGUSR1, SIG_IGN);
    handle(SIGPIPE, SIG_IGN);
    handle(SIGCHLD, SIG_DFL);
}

void catch_interrupts() {
    g_stop_requested = 0;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before {};
        sigaction(signal, nullptr, &before);
        // As nohup has it.
        if (before.sa_handler != SIG_IGN) handle(signal, request_stop, static_cast<int>(SA_RESETHAND));
    }
}

bool stop_requested() {
    return g_stop_requested != 0;
}

bool stop_pending() {
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGTERM) == 1;
}

}  // namespace koshelf::platform
