#include "platform/http_loop.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sys/epoll.h>
#include <unistd.h>

#include "platform/http_transfer.h"

namespace koshelf::platform {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// Idle connections kept for later: as many as there may be long polls.
constexpr long kMaxKeptConnections = 4096;

// Handles kept for the next transfers: making one costs more than most transfers do.
constexpr std::size_t kMaxSpareHandles = 64;

struct Running {
    Running(HttpRequest request, const HttpOptions& options, HttpLoop::Done on_done, CurlEasy easy)
        : handle(std::move(easy)),
          transfer(std::move(request), options, handle.get()),
          done(std::move(on_done)) {}

    CurlEasy handle;
    HttpTransfer transfer;
    HttpLoop::Done done;
};

struct DeleteMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct DeleteShare {
    void operator()(CURLSH* share) const { curl_share_cleanup(share); }
};

}  // namespace

// libcurl tells through two callbacks which sockets and which time to wait for; epoll waits. (curl_multi_poll
// would look at every transfer each time anything happens: with 1,000 long polls that is most of a core.)
struct HttpLoop::State {
    explicit State(HttpOptions http_options);
    ~State();
    State(const State&) = delete;
    State(State&&) = delete;
    State& operator=(const State&) = delete;
    State& operator=(State&&) = delete;

    static int on_socket(CURL* handle, curl_socket_t fd, int what, void* self, void* known);
    static int on_timeout(CURLM* multi, long delay, void* self);

    void wait_for(int fd, std::uint32_t events) const;
    [[nodiscard]] int wait_time(milliseconds longest_wait) const;
    void dispatch(int fd, std::uint32_t events);
    void run_timers();
    void run_curl_timer();
    void deliver_failures();
    void deliver_results();
    void begin(CURL* handle) const;
    [[nodiscard]] CurlEasy take_handle();
    void keep_handle(CurlEasy handle);
    void remove(std::map<TransferId, std::unique_ptr<Running>>::iterator at);

    HttpOptions options;
    int epoll_fd = -1;
    std::unique_ptr<CURLSH, DeleteShare> share;  // TLS sessions: a new connection resumes an old one's
    std::vector<CurlEasy> spare;
    std::unique_ptr<CURLM, DeleteMulti> multi;
    std::optional<Clock::time_point> curl_deadline;

    std::uint64_t last_id = 0;
    std::map<TransferId, std::unique_ptr<Running>> running;
    std::unordered_map<CURL*, TransferId> ids;
    std::deque<std::pair<TransferId, HttpError>> failed;  // before they began
    std::map<std::pair<Clock::time_point, TimerId>, Task> timers;
    std::unordered_map<int, Task> watched;
};

HttpLoop::State::State(HttpOptions http_options)
    : options(std::move(http_options)), epoll_fd(epoll_create1(EPOLL_CLOEXEC)) {
    static_cast<void>(make_curl_easy());  // initialises libcurl
    share.reset(curl_share_init());
    curl_share_setopt(share.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    multi.reset(curl_multi_init());
    curl_multi_setopt(multi.get(), CURLMOPT_SOCKETFUNCTION, &State::on_socket);
    curl_multi_setopt(multi.get(), CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi.get(), CURLMOPT_TIMERFUNCTION, &State::on_timeout);
    curl_multi_setopt(multi.get(), CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, kMaxKeptConnections);
}

HttpLoop::State::~State() {
    // What callbacks hold may call back here (to cancel) while it goes: so the containers are empty by then.
    const auto dropped_timers = std::exchange(timers, {});
    const auto dropped_watchers = std::exchange(watched, {});
    while (!running.empty()) remove(running.begin());
    multi.reset();
    close(epoll_fd);
}

int HttpLoop::State::on_socket(CURL* /*handle*/, curl_socket_t fd, int what, void* self, void* /*known*/) {
    const auto& state = *static_cast<State*>(self);
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(state.epoll_fd, EPOLL_CTL_DEL, fd, nullptr);
        return 0;
    }
    std::uint32_t events = 0;
    if ((what & CURL_POLL_IN) != 0) events |= EPOLLIN;
    if ((what & CURL_POLL_OUT) != 0) events |= EPOLLOUT;
    state.wait_for(fd, events);
    return 0;
}

int HttpLoop::State::on_timeout(CURLM* /*multi*/, long delay, void* self) {
    auto& state = *static_cast<State*>(self);
    state.curl_deadline.reset();
    if (delay >= 0) state.curl_deadline = Clock::now() + milliseconds(delay);
    return 0;
}

void HttpLoop::State::wait_for(int fd, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &event) != 0) epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

int HttpLoop::State::wait_time(milliseconds longest_wait) const {
    if (!failed.empty()) return 0;
    auto until =
        Clock::now() + std::clamp(longest_wait, milliseconds(0), milliseconds(std::chrono::hours(1)));
    if (curl_deadline) until = std::min(until, *curl_deadline);
    if (!timers.empty()) until = std::min(until, timers.begin()->first.first);
    const auto wait = std::chrono::ceil<milliseconds>(until - Clock::now());
    return static_cast<int>(std::max(wait, milliseconds(0)).count());
}

void HttpLoop::State::dispatch(int fd, std::uint32_t events) {
    if (const auto watcher = watched.find(fd); watcher != watched.end()) {
        const Task readable = watcher->second;  // it may unwatch itself
        readable();
        return;
    }
    int what = 0;
    if ((events & EPOLLIN) != 0) what |= CURL_CSELECT_IN;
    if ((events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) what |= CURL_CSELECT_ERR;
    int still_running = 0;
    curl_multi_socket_action(multi.get(), fd, what, &still_running);
}

void HttpLoop::State::run_curl_timer() {
    if (!curl_deadline || *curl_deadline > Clock::now()) return;
    curl_deadline.reset();
    int still_running = 0;
    curl_multi_socket_action(multi.get(), CURL_SOCKET_TIMEOUT, 0, &still_running);
}

// Those that are due now; what they set anew waits for the next round, so that a task that repeats itself at
// once cannot keep the loop from everything else.
void HttpLoop::State::run_timers() {
    std::vector<std::pair<Clock::time_point, TimerId>> due;
    const auto now = Clock::now();
    for (const auto& [key, task] : timers) {
        if (key.first > now) break;
        due.push_back(key);
    }
    for (const auto& key : due) {
        auto timer = timers.extract(key);
        if (timer) timer.mapped()();
    }
}

void HttpLoop::State::remove(std::map<TransferId, std::unique_ptr<Running>>::iterator at) {
    CURL* handle = at->second->handle.get();
    curl_multi_remove_handle(multi.get(), handle);
    ids.erase(handle);
    const auto dropped = std::move(at->second);  // goes last: what its callback holds may call back here
    running.erase(at);
    keep_handle(std::move(dropped->handle));
}

CurlEasy HttpLoop::State::take_handle() {
    if (spare.empty()) return make_curl_easy();
    CurlEasy handle = std::move(spare.back());
    spare.pop_back();
    return handle;
}

// It forgets everything but the TLS sessions that all share: it must not point to a transfer that is over.
void HttpLoop::State::keep_handle(CurlEasy handle) {
    if (!handle || spare.size() >= kMaxSpareHandles) return;
    curl_easy_reset(handle.get());
    spare.push_back(std::move(handle));
}

void HttpLoop::State::deliver_failures() {
    for (std::size_t left = failed.size(); left > 0 && !failed.empty(); --left) {
        const auto [id, error] = std::move(failed.front());
        failed.pop_front();
        const auto at = running.find(id);
        if (at == running.end()) continue;
        const Done done = std::move(at->second->done);
        remove(at);
        done(tl::unexpected(error));
    }
}

void HttpLoop::State::deliver_results() {
    int in_queue = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &in_queue)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* handle = message->easy_handle;
        const CURLcode outcome = message->data.result;
        const auto id = ids.find(handle);
        if (id == ids.end()) continue;
        const auto at = running.find(id->second);
        curl_multi_remove_handle(multi.get(), handle);  // invalidates the message
        auto result = at->second->transfer.finish(outcome);
        if (!result) {
            begin(handle);
            continue;
        }
        const Done done = std::move(at->second->done);
        ids.erase(id);
        const auto over = std::move(at->second);
        running.erase(at);
        keep_handle(std::move(over->handle));
        done(std::move(*result));
    }
}

void HttpLoop::State::begin(CURL* handle) const {
    curl_easy_setopt(handle, CURLOPT_SHARE, share.get());
    curl_multi_add_handle(multi.get(), handle);
}

HttpLoop::HttpLoop(HttpOptions options) : state_(std::make_unique<State>(std::move(options))) {}
HttpLoop::~HttpLoop() = default;

TransferId HttpLoop::start(HttpRequest request, Done done) {
    const TransferId id{++state_->last_id};
    auto added = std::make_unique<Running>(std::move(request), state_->options, std::move(done),
                                           state_->take_handle());
    CURL* handle = added->handle.get();
    auto malformed = handle == nullptr ? HttpError{HttpError::Kind::kUnreachable, "out of memory"}
                                       : added->transfer.prepare();
    state_->running.emplace(id, std::move(added));
    state_->ids[handle] = id;
    if (malformed) {
        state_->failed.emplace_back(id, std::move(*malformed));
        return id;
    }
    state_->begin(handle);
    return id;
}

void HttpLoop::cancel(TransferId id) {
    if (const auto at = state_->running.find(id); at != state_->running.end()) state_->remove(at);
}

TimerId HttpLoop::after(milliseconds delay, Task task) {
    const TimerId id{++state_->last_id};
    state_->timers.emplace(std::pair(Clock::now() + delay, id), std::move(task));
    return id;
}

void HttpLoop::cancel(TimerId id) {
    const auto at = std::find_if(state_->timers.begin(), state_->timers.end(),
                                 [id](const auto& timer) { return timer.first.second == id; });
    if (at != state_->timers.end()) state_->timers.erase(at);
}

void HttpLoop::watch(int fd, Task readable) {
    state_->watched[fd] = std::move(readable);
    state_->wait_for(fd, EPOLLIN);
}

void HttpLoop::unwatch(int fd) {
    if (state_->watched.erase(fd) > 0) epoll_ctl(state_->epoll_fd, EPOLL_CTL_DEL, fd, nullptr);
}

void HttpLoop::run_once(milliseconds longest_wait) {
    std::array<epoll_event, 256> events{};
    const int count = epoll_wait(state_->epoll_fd, events.data(), static_cast<int>(events.size()),
                                 state_->wait_time(longest_wait));
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        state_->dispatch(event.data.fd, event.events);
    }
    state_->run_curl_timer();
    state_->run_timers();
    state_->deliver_failures();
    state_->deliver_results();
}

void HttpLoop::set_options(HttpOptions options) {
    state_->options = std::move(options);
}

std::size_t HttpLoop::running() const {
    return state_->running.size();
}

}  // namespace koshelf::platform
