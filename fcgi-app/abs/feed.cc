#include "abs/feed.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "abs/engine_io.h"
#include "abs/json_fields.h"
#include "core/json_text.h"
#include "platform/json.h"

namespace koshelf::abs {
namespace {

using engine_io::PacketType;
using engine_io::SocketType;
using platform::HttpError;
using platform::HttpRequest;
using platform::HttpResult;
using platform::JsonValue;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = FeedFailure::Kind;

// user_updated carries all of a user's records, 450 bytes each.
constexpr std::size_t kMaxBody = std::size_t{32} * 1024 * 1024;

// Ending a poll from this side ends the session, so it has to be patient: the server answers every 25 s.
constexpr milliseconds kShortestPollTimeout = seconds(60);
constexpr milliseconds kPollSlack = seconds(15);

// A server that has nothing to say and says so at once is asked again after this.
constexpr milliseconds kPauseAfterNothing = seconds(1);

// Other events may come before the answer to the token, but not without end.
constexpr int kMaxPollsUntilReady = 20;

FeedFailure failure_of(const HttpError& error) {
    const bool understood =
        error.kind != HttpError::Kind::kInvalid && error.kind != HttpError::Kind::kTooLarge;
    return {understood ? Kind::kUnreachable : Kind::kProtocol, error.detail};
}

}  // namespace

std::string_view to_string(FeedFailure::Kind kind) {
    switch (kind) {
        case Kind::kRefused: return "refused";
        case Kind::kUnreachable: return "unreachable";
        case Kind::kClosed: return "closed";
        case Kind::kProtocol: return "protocol";
    }
    return "unknown";
}

// One request at a time: polls and what has to be said in between take turns, so that a feed needs one
// connection and an answer can never overtake another. The server keeps what happens meanwhile.
class Feed::Session : public std::enable_shared_from_this<Feed::Session> {
  public:
    Session(platform::HttpLoop& loop, const Server& server, std::string token, FeedEvents events)
        : loop_(loop),
          url_(server.base_url + "/socket.io/?EIO=4&transport=polling"),
          timeout_(server.timeout),
          token_(std::move(token)),
          events_(std::move(events)) {}
    ~Session() { stop(); }
    Session(const Session&) = delete;
    Session(Session&&) = delete;
    Session& operator=(const Session&) = delete;
    Session& operator=(Session&&) = delete;

    void open();
    void close();
    void abandon();

  private:
    enum class State { kOpening, kConnecting, kAuthenticating, kReady, kOver };

    [[nodiscard]] HttpRequest request(milliseconds timeout);
    [[nodiscard]] HttpRequest saying(std::string packet);
    [[nodiscard]] milliseconds poll_timeout() const;
    void send(HttpRequest request, void (Session::*then)(const HttpResult&));
    void opened(const HttpResult& result);
    void polled(const HttpResult& result);
    void said(const HttpResult& result);
    void go_on();

    [[nodiscard]] bool accept(const HttpResult& result);
    void take(const engine_io::Packet& packet);
    void take(const engine_io::SocketPacket& packet);
    void take_event(std::string_view json);
    void take_argument(std::string_view name, JsonValue argument);
    void take_init(JsonValue argument);
    void take_progress(JsonValue argument);
    void take_item(JsonValue item);
    void lose(Kind kind, std::string detail);
    void stop();

    platform::HttpLoop& loop_;
    std::string url_;
    milliseconds timeout_;
    std::string token_;
    FeedEvents events_;

    State state_ = State::kOpening;
    engine_io::Handshake handshake_;
    std::string user_id_;
    std::deque<std::string> to_say_;
    int polls_until_ready_ = 0;
    bool heard_something_ = false;
    std::uint64_t requests_ = 0;
    platform::TransferId transfer_{};
    platform::TimerId timer_{};
};

HttpRequest Feed::Session::request(milliseconds timeout) {
    HttpRequest request;
    request.url = url_;
    if (!handshake_.session.empty()) request.url += "&sid=" + encode_segment(handshake_.session);
    request.url += "&t=" + std::to_string(++requests_);  // no cache on the way may answer
    request.timeout = timeout;
    request.connect_timeout = timeout_;
    request.max_bytes = kMaxBody;
    return request;
}

HttpRequest Feed::Session::saying(std::string packet) {
    HttpRequest said = request(timeout_);
    said.method = "POST";
    said.headers = {"Content-Type: text/plain;charset=UTF-8"};  // application/octet-stream would hang
    said.body = std::move(packet);
    return said;
}

milliseconds Feed::Session::poll_timeout() const {
    if (state_ != State::kReady) return timeout_;
    return std::max(kShortestPollTimeout, handshake_.ping_interval + handshake_.ping_timeout + kPollSlack);
}

void Feed::Session::send(HttpRequest request, void (Session::*then)(const HttpResult&)) {
    transfer_ = loop_.start(std::move(request), [weak = weak_from_this(), then](const HttpResult& result) {
        const auto session = weak.lock();
        if (session && session->state_ != State::kOver) (session.get()->*then)(result);
    });
}

void Feed::Session::open() {
    send(request(timeout_), &Session::opened);
}

void Feed::Session::go_on() {
    if (state_ == State::kOver) return;
    if (!to_say_.empty()) {
        std::string packet = std::move(to_say_.front());
        to_say_.pop_front();
        send(saying(std::move(packet)), &Session::said);
        return;
    }
    if (heard_something_) {
        heard_something_ = false;
        send(request(poll_timeout()), &Session::polled);
        return;
    }
    heard_something_ = true;
    timer_ = loop_.after(kPauseAfterNothing, [weak = weak_from_this()] {
        if (const auto session = weak.lock()) session->go_on();
    });
}

bool Feed::Session::accept(const HttpResult& result) {
    if (!result) {
        const FeedFailure failure = failure_of(result.error());
        lose(failure.kind, failure.detail);
        return false;
    }
    const int status = result->status;
    if (status == 200) return true;
    if (status >= 500 || status == 429) {
        lose(Kind::kUnreachable, "HTTP " + std::to_string(status));
    } else if (status == 400 && !handshake_.session.empty()) {
        lose(Kind::kClosed, "the server does not know the session any more");
    } else {
        lose(Kind::kProtocol, "HTTP " + std::to_string(status));
    }
    return false;
}

void Feed::Session::opened(const HttpResult& result) {
    if (!accept(result)) return;
    const auto packets = engine_io::split(result->body);
    if (!packets || packets->empty() || packets->front().type != PacketType::kOpen) {
        return lose(Kind::kProtocol, "no Socket.IO at this address");
    }
    auto handshake = engine_io::parse_handshake(packets->front().data);
    if (!handshake) return lose(Kind::kProtocol, "the session cannot be opened");
    handshake_ = std::move(*handshake);
    state_ = State::kConnecting;
    heard_something_ = true;
    to_say_.push_back(engine_io::packet(PacketType::kMessage, "0"));
    go_on();
}

void Feed::Session::said(const HttpResult& result) {
    if (!accept(result)) return;
    heard_something_ = true;
    go_on();
}

void Feed::Session::polled(const HttpResult& result) {
    if (!accept(result)) return;
    const auto packets = engine_io::split(result->body);
    if (!packets) return lose(Kind::kProtocol, std::string(engine_io::to_string(packets.error())));
    if (state_ != State::kReady && ++polls_until_ready_ > kMaxPollsUntilReady) {
        return lose(Kind::kProtocol, "the server does not answer to the token");
    }
    if (events_.alive) events_.alive();
    for (const engine_io::Packet& packet : *packets) {
        if (state_ == State::kOver) return;
        take(packet);
    }
    go_on();
}

void Feed::Session::take(const engine_io::Packet& packet) {
    switch (packet.type) {
        case PacketType::kPing:
            heard_something_ = true;
            to_say_.push_back(engine_io::packet(PacketType::kPong, packet.data));
            return;
        case PacketType::kMessage:
            heard_something_ = true;
            if (const auto message = engine_io::parse_socket_packet(packet.data)) take(*message);
            return;
        case PacketType::kClose: return lose(Kind::kClosed, "the server closed the session");
        case PacketType::kOpen: return lose(Kind::kProtocol, "the session was opened twice");
        case PacketType::kPong:
        case PacketType::kUpgrade:
        case PacketType::kNoop: return;
    }
}

void Feed::Session::take(const engine_io::SocketPacket& packet) {
    switch (packet.type) {
        case SocketType::kConnect: {
            if (state_ != State::kConnecting) return;
            state_ = State::kAuthenticating;
            std::string token;
            core::append_json_string(token, token_);
            to_say_.push_back(engine_io::packet(PacketType::kMessage, engine_io::event("auth", token)));
            return;
        }
        case SocketType::kDisconnect: return lose(Kind::kClosed, "the server closed the session");
        case SocketType::kConnectError: return lose(Kind::kProtocol, "the server does not let anybody in");
        case SocketType::kEvent: return take_event(packet.json);
        case SocketType::kAck: return;
    }
}

void Feed::Session::take_event(std::string_view json) {
    const auto document = parse_json(json);
    if (!document || !document->root().is_array()) return lose(Kind::kProtocol, "an event is malformed");
    const JsonValue name = document->root().first();
    if (!name.is_string()) return lose(Kind::kProtocol, "an event is malformed");
    take_argument(name.string(), name.next());
}

void Feed::Session::take_argument(std::string_view name, JsonValue argument) {
    if (name == "init") return take_init(argument);
    // It also comes when a later `auth` fails; we only send one.
    if (name == "auth_failed") return lose(Kind::kRefused, "the token is not accepted");
    if (state_ != State::kReady) return;
    if (name == "user_item_progress_updated") {
        take_progress(argument);
    } else if (name == "user_updated") {
        // An administrator's socket also hears of the users that the administrator edits.
        const auto me = parse_me(argument);
        if (me && (user_id_.empty() || me->id == user_id_) && events_.user) events_.user(*me);
    } else if (name == "user_session_closed" && argument.is_string()) {
        if (events_.session_closed) events_.session_closed(std::string(argument.string()));
    } else if (name == "item_updated") {
        take_item(argument);
    } else if (name == "items_updated" && argument.is_array()) {
        for (JsonValue item = argument.first(); item.exists(); item = item.next()) take_item(item);
    }
}

void Feed::Session::take_init(JsonValue argument) {
    if (state_ != State::kAuthenticating) return;
    state_ = State::kReady;
    user_id_ = text_field(argument, "userId");
    token_.clear();
    if (events_.ready) events_.ready();
}

void Feed::Session::take_progress(JsonValue argument) {
    const auto record = parse_media_progress(argument.member("data"));
    const bool ours = record && (record->user.empty() || user_id_.empty() || record->user == user_id_);
    if (ours && events_.progress) events_.progress(*record, text_field(argument, "sessionId"));
}

void Feed::Session::take_item(JsonValue item) {
    // Whoever is called may have closed the feed.
    if (state_ != State::kReady || !item.is_object()) return;
    if (events_.item_changed) events_.item_changed(text_field(item, "id"));
}

void Feed::Session::lose(Kind kind, std::string detail) {
    if (state_ == State::kOver) return;
    state_ = State::kOver;
    if (events_.lost) events_.lost({kind, std::move(detail)});
}

void Feed::Session::stop() {
    loop_.cancel(transfer_);
    loop_.cancel(timer_);
}

void Feed::Session::abandon() {
    state_ = State::kOver;
    stop();
}

// The poll stays until the server has been told: ending it first would end the session the hard way.
void Feed::Session::close() {
    if (state_ == State::kOver) return;
    if (handshake_.session.empty()) return abandon();
    state_ = State::kOver;
    loop_.cancel(timer_);
    loop_.start(saying(engine_io::packet(PacketType::kClose, "")),
                [self = shared_from_this()](const HttpResult&) { self->stop(); });
}

Feed::Feed(platform::HttpLoop& loop, const Server& server, std::string token, FeedEvents events)
    : session_(std::make_shared<Session>(loop, server, std::move(token), std::move(events))) {
    session_->open();
}

Feed::~Feed() {
    if (session_ && !closing_) session_->abandon();
}

Feed::Feed(Feed&& other) noexcept = default;

Feed& Feed::operator=(Feed&& other) noexcept {
    if (this == &other) return *this;
    if (session_ && !closing_) session_->abandon();
    session_ = std::move(other.session_);
    closing_ = other.closing_;
    return *this;
}

void Feed::close() {
    if (!session_) return;
    session_->close();
    closing_ = true;
}

}  // namespace koshelf::abs
