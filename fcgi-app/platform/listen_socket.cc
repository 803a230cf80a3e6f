#include "platform/listen_socket.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace koshelf::platform {
namespace {

using Failure = tl::unexpected<std::string>;

constexpr int kBacklog = 1024;

std::string system_error(const std::string& what) {
    return what + ": " + std::strerror(errno);
}

// Whether somebody accepts connections on that Unix socket. If not, the file is a leftover.
bool is_served(const sockaddr_un& address) {
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    const bool served = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    close(fd);
    return served;
}

tl::expected<int, std::string> open_unix(const std::string& path, mode_t mode) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        return Failure(path + ": longer than the " + std::to_string(sizeof(address.sun_path) - 1) +
                       " bytes that a socket path may have");
    }
    path.copy(static_cast<char*>(address.sun_path), path.size());
    if (is_served(address)) return Failure(path + ": another process listens there");
    unlink(path.c_str());
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return Failure(system_error("socket"));
    // Bound with no rights for anybody else: the mode is set before the first connection can be accepted.
    const mode_t before = umask(0177);
    const bool bound = bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    umask(before);
    if (!bound || chmod(path.c_str(), mode) != 0 || listen(fd, kBacklog) != 0) {
        const std::string error = system_error(path);
        close(fd);
        return Failure(error);
    }
    return fd;
}

tl::expected<int, std::string> listen_on(const addrinfo& address) {
    const int fd = socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, address.ai_protocol);
    if (fd < 0) return Failure(system_error("socket"));
    const int yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(fd, address.ai_addr, address.ai_addrlen) != 0 || listen(fd, kBacklog) != 0) {
        const std::string error = std::strerror(errno);
        close(fd);
        return Failure(error);
    }
    return fd;
}

tl::expected<int, std::string> open_tcp(const std::string& where) {
    const std::size_t colon = where.rfind(':');
    if (colon == std::string::npos) return Failure(where + ": expected a path or HOST:PORT");
    std::string host = where.substr(0, colon);
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const std::string port = where.substr(colon + 1);
    const int status = getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &found);
    if (status != 0) return Failure(where + ": " + gai_strerror(status));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
    auto fd = listen_on(*addresses);
    if (!fd) return Failure(where + ": " + fd.error());
    return fd;
}

}  // namespace

bool is_listening(int fd) {
    int listening = 0;
    socklen_t length = sizeof(listening);
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0 && listening != 0;
}

bool has_waiting(int fd) {
    pollfd listener{.fd = fd, .events = POLLIN, .revents = 0};
    return poll(&listener, 1, 0) == 1;
}

tl::expected<ListenSocket, std::string> ListenSocket::open(const std::string& where, mode_t mode) {
    const bool is_path = where.find('/') != std::string::npos;
    const auto fd = is_path ? open_unix(where, mode) : open_tcp(where);
    if (!fd) return Failure(fd.error());
    return ListenSocket(*fd, is_path ? where : std::string());
}

ListenSocket::ListenSocket(ListenSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {
    other.path_.clear();
}

ListenSocket& ListenSocket::operator=(ListenSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(path_, other.path_);
    return *this;
}

ListenSocket::~ListenSocket() {
    if (path_.empty()) return;
    unlink(path_.c_str());
    close(fd_);
}

}  // namespace koshelf::platform
