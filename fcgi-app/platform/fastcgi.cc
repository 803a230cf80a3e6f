#include "platform/fastcgi.h"

#include <array>
#include <cerrno>

#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "platform/listen_socket.h"

namespace koshelf::platform {

FastCgi::FastCgi(int listen_fd, const sigset_t& interrupting)
    : listen_fd_(listen_fd),
      epoll_fd_(epoll_create1(EPOLL_CLOEXEC)),
      request_(std::make_unique<FCGX_Request>()) {
    sigprocmask(SIG_SETMASK, nullptr, &while_waiting_);
    for (int signal = 1; signal < SIGRTMIN; ++signal) {
        if (sigismember(&interrupting, signal) == 1) sigdelset(&while_waiting_, signal);
    }
    FCGX_InitRequest(request_.get(), listen_fd, FCGI_FAIL_ACCEPT_ON_INTR);
    // Non-blocking, because several workers may be woken for one connection; exclusive, so that they rarely
    // are.
    fcntl(listen_fd_, F_SETFL, fcntl(listen_fd_, F_GETFL) | O_NONBLOCK);
    epoll_event event{.events = EPOLLIN | EPOLLEXCLUSIVE, .data = {.fd = listen_fd_}};
    epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, listen_fd_, &event);
}

FastCgi::~FastCgi() {
    FCGX_Free(request_.get(), 1);
    close(epoll_fd_);
}

FastCgi::Event FastCgi::wait() {
    if (request_->ipcFd < 0) {
        epoll_event event{};
        const int ready = epoll_pwait(epoll_fd_, &event, 1, -1, &while_waiting_);
        if (ready == 1) return accept();
        return errno == EINTR ? Event::kInterrupted : Event::kFailed;
    }
    // Idle on a kept connection: the epoll set is exclusive and level-triggered for the listener alone, so
    // both are polled here.
    std::array<pollfd, 2> watched{pollfd{.fd = request_->ipcFd, .events = POLLIN, .revents = 0},
                                  pollfd{.fd = listen_fd_, .events = POLLIN, .revents = 0}};
    if (ppoll(watched.data(), watched.size(), nullptr, &while_waiting_) < 0) return Event::kInterrupted;
    if (watched[0].revents == 0) FCGX_Free(request_.get(), 1);
    return accept();
}

FastCgi::Event FastCgi::poll() {
    if (request_->ipcFd >= 0) FCGX_Free(request_.get(), 1);
    return has_waiting(listen_fd_) ? accept() : Event::kNothing;
}

FastCgi::Event FastCgi::accept() {
    const int status = FCGX_Accept_r(request_.get());
    body_unread_ = status == 0;
    return status == 0 ? Event::kRequest : Event::kNothing;
}

char** FastCgi::parameters() const {
    return request_->envp;
}

std::string FastCgi::read_body(std::size_t limit) {
    std::string body;
    std::array<char, 4096> chunk{};
    while (body.size() <= limit) {
        const std::size_t wanted = std::min(chunk.size(), limit + 1 - body.size());
        const int got = FCGX_GetStr(chunk.data(), static_cast<int>(wanted), request_->in);
        if (got > 0) body.append(chunk.data(), static_cast<std::size_t>(got));
        // A short count is the end of the stream, as libfcgi defines it.
        if (got < static_cast<int>(wanted)) {
            body_unread_ = false;
            break;
        }
    }
    return body;
}

void FastCgi::respond(std::string_view answer) {
    FCGX_PutStr(answer.data(), static_cast<int>(answer.size()), request_->out);
}

void FastCgi::finish(bool stopping) {
    // What is left of an unread body would be taken for the next request of a kept connection.
    if (stopping || body_unread_ || (request_->keepConnection != 0 && has_waiting(listen_fd_))) {
        request_->keepConnection = 0;
    }
    // libfcgi would shut the connection down and hold the worker until the web server has closed its side, in
    // case it still sends. It does not: the whole request has been read.
    body_unread_ ? FCGX_Attach(request_.get()) : FCGX_Detach(request_.get());
    FCGX_Finish_r(request_.get());
}

}  // namespace koshelf::platform
