// FastCGI requests by libfcgi, one at a time, without its traps:
//   - Signals are delivered only while waiting. libfcgi takes an interrupted read for a broken request, so a
//     handler that interrupts accept() would otherwise now and then cost one.
//   - A connection that nginx keeps open pins its worker. While idle on one, this also watches the listening
//     socket, and gives the kept connection up when somebody waits there.
#pragma once

#include <csignal>
#include <memory>
#include <string>
#include <string_view>

struct FCGX_Request;

namespace koshelf::platform {

class FastCgi {
  public:
    // `listen_fd` is a listening socket, which becomes non-blocking. `interrupting` are the signals that
    // end a wait; the caller has blocked them and installed handlers.
    FastCgi(int listen_fd, const sigset_t& interrupting);
    ~FastCgi();
    FastCgi(const FastCgi&) = delete;
    FastCgi(FastCgi&&) = delete;
    FastCgi& operator=(const FastCgi&) = delete;
    FastCgi& operator=(FastCgi&&) = delete;

    enum class Event {
        kRequest,      // a request is there: its parameters have been read
        kInterrupted,  // a signal arrived
        kNothing,      // somebody else took it, or the peer went away: wait again
        kFailed,       // the system refuses to wait: this worker is of no use
    };

    // Waits for the next request.
    [[nodiscard]] Event wait();

    // As wait(), but only takes what is there already: kNothing if nobody waits. For draining.
    [[nodiscard]] Event poll();

    // The request's parameters, "NAME=value" each, ended by a null pointer. Valid until finish().
    [[nodiscard]] char** parameters() const;

    // The request's body, read up to `limit` bytes and one more, so that a longer one shows.
    [[nodiscard]] std::string read_body(std::size_t limit);

    // Sends a whole CGI answer (header lines, a blank line, the body).
    void respond(std::string_view answer);

    // Ends the request. A kept connection is closed if `stopping`, or if others wait for a worker.
    void finish(bool stopping);

  private:
    [[nodiscard]] Event accept();

    int listen_fd_;
    int epoll_fd_;
    sigset_t while_waiting_;
    std::unique_ptr<FCGX_Request> request_;
    bool body_unread_ = false;
};

}  // namespace koshelf::platform
