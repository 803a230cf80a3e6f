// HttpLoop: an event loop for thousands of HTTP transfers, with timers and other descriptors beside them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "platform/http.h"

namespace koshelf::platform {

// Never used twice in one loop; 0 names nothing.
enum class TransferId : std::uint64_t {};
enum class TimerId : std::uint64_t {};

// Used by one thread. A transfer costs nothing while nothing arrives for it. Each one that runs needs a
// descriptor: whoever expects many raises RLIMIT_NOFILE.
//
// All callbacks are called from run_once() and from nowhere else. They may call everything here but
// run_once() and the destructor.
class HttpLoop {
  public:
    using Done = std::function<void(HttpResult)>;
    using Task = std::function<void()>;

    explicit HttpLoop(HttpOptions options);
    ~HttpLoop();  // what still runs is dropped; no callback is called
    HttpLoop(const HttpLoop&) = delete;
    HttpLoop(HttpLoop&&) = delete;
    HttpLoop& operator=(const HttpLoop&) = delete;
    HttpLoop& operator=(HttpLoop&&) = delete;

    // Begins a transfer. `done` is called exactly once, unless it is cancelled before.
    TransferId start(HttpRequest request, Done done);
    // Drops a transfer and its connection; `done` is destroyed without having been called. Nothing happens if
    // it is over or unknown.
    void cancel(TransferId id);

    // Calls `task` once, after that time.
    TimerId after(std::chrono::milliseconds delay, Task task);
    void cancel(TimerId id);

    // Calls `readable` again and again while that descriptor can be read (or is at its end). One callback a
    // descriptor; unwatch it before it is closed.
    void watch(int fd, Task readable);
    void unwatch(int fd);

    // Waits until something happens, but no longer than that, then calls what is due. Returns early when a
    // signal arrives.
    void run_once(std::chrono::milliseconds longest_wait);

    // For transfers started from now on.
    void set_options(HttpOptions options);

    // Transfers that were started and are not over.
    [[nodiscard]] std::size_t running() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace koshelf::platform
