#include "platform/redis_snapshot.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <vector>

#include <hiredis/hiredis.h>
#include <poll.h>
#include <unistd.h>

#include "platform/redis_connect.h"
#include "platform/signals.h"

namespace koshelf::platform {
namespace {

using Failure = tl::unexpected<std::string>;

constexpr std::chrono::milliseconds kConnect{5'000};
constexpr std::chrono::milliseconds kAnswer{10'000};
constexpr std::size_t kReadAtOnce = std::size_t{64} * 1024;
constexpr std::size_t kMarkBytes = 40;  // with which a file of unknown length ends
constexpr std::size_t kMaxAnnouncementBytes = 1024;
// The shortest RDB file: magic, version, end and checksum.
constexpr std::uint64_t kShortest = 18;

// Sends a command; its answer's text if it is an error.
std::optional<std::string> refused(redisContext* context, const std::vector<std::string>& words) {
    std::vector<const char*> pointers;
    std::vector<std::size_t> lengths;
    for (const std::string& word : words) {
        pointers.push_back(word.data());
        lengths.push_back(word.size());
    }
    auto* reply = static_cast<redisReply*>(
        redisCommandArgv(context, static_cast<int>(words.size()), pointers.data(), lengths.data()));
    if (reply == nullptr) return std::string(context->errstr);
    std::optional<std::string> error;
    if (reply->type == REDIS_REPLY_ERROR) error = std::string(reply->str, reply->len);
    freeReplyObject(reply);
    return error;
}

// What comes on the connection after the library has done its part.
class Stream {
  public:
    Stream(int socket, std::chrono::milliseconds patience) : socket_(socket), patience_(patience) {}

    // Some more bytes; valid until the next call.
    [[nodiscard]] tl::expected<std::string_view, std::string> more() {
        pollfd wait{.fd = socket_, .events = POLLIN, .revents = 0};
        int ready = 0;
        do {
            ready = poll(&wait, 1, static_cast<int>(patience_.count()));
        } while (ready < 0 && errno == EINTR && !stop_requested());
        if (stop_requested()) return Failure("interrupted");
        if (ready == 0) return Failure("it says nothing any more");
        const ssize_t got = read(socket_, buffer_.data(), buffer_.size());
        if (got < 0) return Failure(std::strerror(errno));
        if (got == 0) return Failure("the connection ended too early");
        return std::string_view(buffer_.data(), static_cast<std::size_t>(got));
    }

  private:
    int socket_;
    std::chrono::milliseconds patience_;
    std::array<char, kReadAtOnce> buffer_{};
};

// How the file is announced: "$<length>" or "$EOF:<mark>".
struct Announcement {
    std::optional<std::uint64_t> length;
    std::string mark;
    std::string rest;  // of the file, that came along
};

tl::expected<Announcement, std::string> read_announcement(Stream& stream) {
    std::string text;
    // Empty lines while the file is being made: Redis lives.
    for (;;) {
        const auto bytes = stream.more();
        if (!bytes) return Failure(bytes.error());
        text += *bytes;
        text.erase(0, std::min(text.find_first_not_of("\r\n"), text.size()));
        const std::size_t end = text.find('\n');
        if (end == std::string::npos) {
            if (text.size() > kMaxAnnouncementBytes) return Failure("it answers something else than a file");
            continue;
        }
        std::string_view line = std::string_view(text).substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        Announcement announcement{.length = std::nullopt, .mark = {}, .rest = text.substr(end + 1)};
        if (line.starts_with("-")) return Failure(std::string(line.substr(1)));
        if (line.starts_with("$EOF:") && line.size() == 5 + kMarkBytes) {
            announcement.mark = line.substr(5);
            return announcement;
        }
        std::uint64_t length = 0;
        const auto [stop, error] = std::from_chars(line.data() + 1, line.data() + line.size(), length);
        if (!line.starts_with('$') || error != std::errc() || stop != line.data() + line.size())
            return Failure("it answers something else than a file");
        announcement.length = length;
        return announcement;
    }
}

using Write = std::function<bool(std::string_view)>;

tl::expected<std::uint64_t, std::string> copy_length(Stream& stream, const Announcement& announced,
                                                     const Write& write) {
    std::uint64_t left = *announced.length;
    std::string_view bytes = announced.rest;
    while (true) {
        bytes = bytes.substr(0, std::min<std::uint64_t>(bytes.size(), left));
        if (!bytes.empty() && !write(bytes)) return Failure("it cannot be written");
        left -= bytes.size();
        if (left == 0) return *announced.length;
        const auto more = stream.more();
        if (!more) return Failure(more.error());
        bytes = *more;
    }
}

tl::expected<std::uint64_t, std::string> copy_marked(Stream& stream, const Announcement& announced,
                                                     const Write& write) {
    std::string held = announced.rest;  // may be the mark, or its beginning
    std::uint64_t total = 0;
    while (!held.ends_with(announced.mark)) {
        const auto more = stream.more();
        if (!more) return Failure(more.error());
        held += *more;
        const std::size_t sure = held.size() > kMarkBytes ? held.size() - kMarkBytes : 0;
        if (sure == 0 || held.ends_with(announced.mark)) continue;
        if (!write(std::string_view(held).substr(0, sure))) return Failure("it cannot be written");
        total += sure;
        held.erase(0, sure);
    }
    const auto last = std::string_view(held).substr(0, held.size() - kMarkBytes);
    if (!last.empty() && !write(last)) return Failure("it cannot be written");
    return total + last.size();
}

}  // namespace

tl::expected<std::uint64_t, std::string> fetch_snapshot(const RedisAddress& address,
                                                        std::chrono::milliseconds patience,
                                                        const Write& write) {
    auto context = connect_redis(address, kConnect, kAnswer);
    if (!context) return Failure(context.error());
    if (!address.password.empty()) {
        std::vector<std::string> auth = {"AUTH"};
        if (!address.user.empty()) auth.push_back(address.user);
        auth.push_back(address.password);
        if (const auto error = refused(context->get(), auth)) return Failure(*error);
    }
    // Both may be unknown to an older Redis, which then does what is right for it.
    for (const char* option : {"rdb-only", "capa"}) {
        const auto error =
            refused(context->get(), {"REPLCONF", option, std::strcmp(option, "capa") == 0 ? "eof" : "1"});
        if (error && (*context)->err != 0) return Failure(*error);
    }
    redisAppendCommand(context->get(), "SYNC");
    for (int sent = 0; sent == 0;) {
        if (redisBufferWrite(context->get(), &sent) != REDIS_OK) return Failure((*context)->errstr);
    }
    Stream stream((*context)->fd, patience);
    const auto announced = read_announcement(stream);
    if (!announced) return Failure(announced.error());
    auto total =
        announced->length ? copy_length(stream, *announced, write) : copy_marked(stream, *announced, write);
    if (total && *total < kShortest) return Failure("what came is no RDB file");
    return total;
}

}  // namespace koshelf::platform
