#include "ctl/line_input.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace koshelf::ctl {
namespace {

constexpr std::size_t kReadAtOnce = std::size_t{64} * 1024;

}  // namespace

tl::expected<LineInput, std::string> LineInput::open(const std::string& path) {
    if (path == "-") return LineInput(dup(STDIN_FILENO));
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return tl::unexpected("cannot read " + path + ": " + std::strerror(errno));
    return LineInput(file);
}

LineInput::~LineInput() {
    if (file_ >= 0) close(file_);
}

LineInput::LineInput(LineInput&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      ended_(other.ended_),
      failed_(other.failed_),
      line_(std::move(other.line_)),
      number_(other.number_) {}

// False at the end, or if it cannot be read.
bool LineInput::fill() {
    if (ended_ || failed_) return false;
    buffer_.erase(0, begin_);
    begin_ = 0;
    const std::size_t before = buffer_.size();
    buffer_.resize(before + kReadAtOnce);
    ssize_t got = 0;
    do {
        got = read(file_, buffer_.data() + before, kReadAtOnce);
    } while (got < 0 && errno == EINTR);
    buffer_.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
    ended_ = got == 0;
    failed_ = got < 0;
    return got > 0;
}

LineInput::Next LineInput::next(std::size_t most) {
    std::size_t searched = begin_;
    for (;;) {
        const std::size_t end = buffer_.find('\n', searched);
        if (end != std::string::npos) {
            line_.assign(buffer_, begin_, end - begin_);
            begin_ = end + 1;
            break;
        }
        if (buffer_.size() - begin_ > most) {
            ++number_;
            return Next::kTooLong;
        }
        const std::size_t seen = buffer_.size() - begin_;
        if (fill()) {
            searched = begin_ + seen;
            continue;
        }
        if (failed_) return Next::kFailed;
        if (begin_ == buffer_.size()) return Next::kEnd;
        line_.assign(buffer_, begin_);
        begin_ = buffer_.size();
        break;
    }
    ++number_;
    if (line_.ends_with('\r')) line_.pop_back();
    return line_.size() > most ? Next::kTooLong : Next::kLine;
}

}  // namespace koshelf::ctl
