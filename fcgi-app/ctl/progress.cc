#include "ctl/progress.h"

#include <cstdio>
#include <utility>

#include <unistd.h>

#include "platform/clock.h"

namespace koshelf::ctl {
namespace {

constexpr core::EpochMillis kInterval = 200;

}  // namespace

Progress::Progress(std::string done) : done_(std::move(done)), terminal_(isatty(STDERR_FILENO) == 1) {}

void Progress::show(std::int64_t lines) {
    const core::EpochMillis now = platform::now_millis();
    if (!terminal_ || now - last_ < kInterval) return;
    last_ = now;
    shown_ = true;
    std::fprintf(stderr, "\r%s %lld lines", done_.c_str(), static_cast<long long>(lines));
}

void Progress::end() {
    if (shown_) std::fputs("\r\x1B[K", stderr);
    shown_ = false;
}

}  // namespace koshelf::ctl
