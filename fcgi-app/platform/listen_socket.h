// The socket that a pool listens on: inherited or opened.
#pragma once

#include <string>
#include <string_view>

#include <sys/types.h>
#include <tl/expected.hpp>

namespace koshelf::platform {

// Whether this descriptor is a socket in the listening state.
[[nodiscard]] bool is_listening(int fd);

// Whether somebody waits to be accepted there. Never blocks.
[[nodiscard]] bool has_waiting(int fd);

// A listening socket that this process owns. A Unix socket's file is removed when it is closed.
class ListenSocket {
  public:
    // Takes over a descriptor that is already listening; it is not closed.
    [[nodiscard]] static ListenSocket adopt(int fd) { return {fd, {}}; }

    // Opens "/path/to/socket" (any text with a slash) with that mode, or "HOST:PORT" ("[::1]:9000",
    // ":9000" for every address). A stale socket file is replaced; one that somebody still listens on is an
    // error. Errors are sentences.
    [[nodiscard]] static tl::expected<ListenSocket, std::string> open(const std::string& where, mode_t mode);

    ~ListenSocket();
    ListenSocket(ListenSocket&& other) noexcept;
    ListenSocket& operator=(ListenSocket&& other) noexcept;
    ListenSocket(const ListenSocket&) = delete;
    ListenSocket& operator=(const ListenSocket&) = delete;

    [[nodiscard]] int fd() const { return fd_; }

    // Forgets about the file, so that a child's copy does not remove it.
    void release_file() { path_.clear(); }

  private:
    ListenSocket(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

    int fd_ = -1;
    std::string path_;  // of the file to remove; empty if it is not ours
};

}  // namespace koshelf::platform
