#include "ctl/secret_input.h"

#include <cstdio>
#include <iostream>

#include <termios.h>
#include <unistd.h>

namespace koshelf::ctl {
namespace {

// What is typed is not shown, as long as this lives.
class Unseen {
  public:
    Unseen() : changed_(tcgetattr(STDIN_FILENO, &before_) == 0) {
        if (!changed_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= ECHONL;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~Unseen() {
        if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    Unseen(const Unseen&) = delete;
    Unseen(Unseen&&) = delete;
    Unseen& operator=(const Unseen&) = delete;
    Unseen& operator=(Unseen&&) = delete;

  private:
    termios before_{};
    bool changed_;
};

}  // namespace

tl::expected<std::string, std::string> read_secret(const std::string& prompt) {
    std::string secret;
    if (isatty(STDIN_FILENO) == 1) {
        std::fputs(prompt.c_str(), stderr);
        const Unseen unseen;
        std::getline(std::cin, secret);
    } else {
        std::getline(std::cin, secret);
    }
    while (secret.ends_with('\r')) secret.pop_back();
    if (secret.empty()) return tl::unexpected(std::string("standard input has no password"));
    return secret;
}

}  // namespace koshelf::ctl
