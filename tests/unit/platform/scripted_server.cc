#include "scripted_server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace koshelf::test {

ScriptedServer::ScriptedServer(Script script) : script_(std::move(script)) {
    listen_fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listen_fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listen_fd_, 4096) != 0 ||
        getsockname(listen_fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0 || pipe(wake_) != 0) {
        std::abort();
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
}

ScriptedServer::~ScriptedServer() {
    stopping_ = true;
    if (::write(wake_[1], "x", 1) != 1) std::abort();
    thread_.join();
    for (const auto& [fd, connection] : connections_) close(fd);
    for (const int fd : {listen_fd_, wake_[0], wake_[1]}) close(fd);
}

std::string ScriptedServer::url(const std::string& target) const {
    return "http://127.0.0.1:" + std::to_string(port_) + target;
}

std::vector<ScriptedServer::Heard> ScriptedServer::heard() {
    const std::lock_guard lock(mutex_);
    return heard_;
}

std::size_t ScriptedServer::held() {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(),
                                                  [](const auto& each) { return each.second.holds; }));
}

std::size_t ScriptedServer::open_connections() {
    const std::lock_guard lock(mutex_);
    return connections_.size();
}

void ScriptedServer::release() {
    const std::lock_guard lock(mutex_);
    release_ = true;
    if (::write(wake_[1], "x", 1) != 1) std::abort();
}

void ScriptedServer::hang_up() {
    const std::lock_guard lock(mutex_);
    hang_up_ = true;
    if (::write(wake_[1], "x", 1) != 1) std::abort();
}

std::string ScriptedServer::ok(const std::string& body, const std::string& headers) {
    return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

void ScriptedServer::run() {
    while (!stopping_) {
        std::vector<pollfd> waiting{{listen_fd_, POLLIN, 0}, {wake_[0], POLLIN, 0}};
        {
            const std::lock_guard lock(mutex_);
            for (auto& [fd, connection] : connections_) {
                const bool writes = !connection.out.empty();
                waiting.push_back({fd, static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0});
            }
        }
        poll(waiting.data(), waiting.size(), -1);
        const std::lock_guard lock(mutex_);
        if ((waiting[0].revents & POLLIN) != 0) accept_one();
        std::array<char, 64> ignored{};
        if ((waiting[1].revents & POLLIN) != 0 && ::read(wake_[0], ignored.data(), ignored.size()) < 0)
            return;
        for (std::size_t i = 2; i < waiting.size(); ++i) {
            const int fd = waiting[i].fd;
            Connection& connection = connections_[fd];
            bool over = hang_up_;
            if (release_ && connection.holds) {
                connection.out += std::exchange(connection.held, {});
                connection.holds = false;
            }
            if (!over && (waiting[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
                over = !read(fd, connection);
            if (!over) over = !write(fd, connection);
            if (over) {
                close(fd);
                connections_.erase(fd);
            }
        }
        release_ = hang_up_ = false;
    }
}

void ScriptedServer::accept_one() {
    for (;;) {
        const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        connections_[fd].number = ++accepted_;
    }
}

bool ScriptedServer::read(int fd, Connection& connection) {
    std::array<char, 65536> buffer{};
    const ssize_t bytes = ::read(fd, buffer.data(), buffer.size());
    if (bytes < 0) return errno == EAGAIN;
    if (bytes == 0) return false;
    connection.in.append(buffer.data(), static_cast<std::size_t>(bytes));
    answer(connection);
    return true;
}

// Takes whole requests off what was read.
void ScriptedServer::answer(Connection& connection) {
    for (;;) {
        const std::size_t end = connection.in.find("\r\n\r\n");
        if (end == std::string::npos) return;
        Heard heard;
        heard.head = connection.in.substr(0, end + 2);
        std::size_t length = 0;
        if (const std::size_t at = heard.head.find("Content-Length: "); at != std::string::npos) {
            length = static_cast<std::size_t>(std::atol(heard.head.c_str() + at + 16));
        }
        if (connection.in.size() < end + 4 + length) return;
        heard.body = connection.in.substr(end + 4, length);
        connection.in.erase(0, end + 4 + length);
        heard.method = heard.head.substr(0, heard.head.find(' '));
        const std::size_t target = heard.method.size() + 1;
        heard.target = heard.head.substr(target, heard.head.find(' ', target) - target);
        heard.connection = connection.number;
        heard_.push_back(heard);
        const Answer answer = script_(heard);
        if (answer.hold) {
            connection.holds = true;
            connection.held = answer.bytes;
        } else {
            connection.out += answer.bytes;
        }
        connection.close_when_sent |= answer.close;
    }
}

bool ScriptedServer::write(int fd, Connection& connection) {
    if (!connection.out.empty()) {
        const ssize_t bytes = send(fd, connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
        if (bytes < 0) return errno == EAGAIN;
        connection.out.erase(0, static_cast<std::size_t>(bytes));
    }
    return !(connection.close_when_sent && connection.out.empty());
}

}  // namespace koshelf::test
