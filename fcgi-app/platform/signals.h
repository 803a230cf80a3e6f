// Signals as this program uses them: blocked everywhere, delivered only where somebody waits for them.
#pragma once

#include <csignal>
#include <initializer_list>

namespace koshelf::platform {

// A set of signals.
[[nodiscard]] sigset_t signal_set(std::initializer_list<int> signals);

// Blocks the signals that steer master and workers (TERM, INT, HUP, CHLD) and ignores SIGPIPE.
void block_steering_signals();

// Installs the worker's handlers: TERM asks it to stop, INT and HUP are the master's business alone.
void install_worker_handlers();

// For a program that a person runs: INT, TERM and HUP ask it to stop once, so that it can tidy up. The second
// one ends it.
void catch_interrupts();

// Whether TERM has arrived since install_worker_handlers(), or any of those since catch_interrupts().
[[nodiscard]] bool stop_requested();

// Whether TERM has arrived while it was blocked: for work between two waits that takes long.
[[nodiscard]] bool stop_pending();

}  // namespace koshelf::platform
