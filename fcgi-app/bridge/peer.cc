#include "bridge/peer.h"

#include <algorithm>
#include <utility>

#include "abs/calls.h"
#include "bridge/bridge_session.h"
#include "platform/metrics.h"

namespace koshelf::bridge {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kFirstRetry{500};
constexpr milliseconds kLongestRetry{60'000};
// A credential that was refused: somebody may have switched it on again.
constexpr milliseconds kRefusedRetry{15 * 60'000};
// A player reports every 10 s; one that has been silent for so long has been paused or closed.
constexpr core::EpochMillis kPlayerSilence = 30'000;
constexpr milliseconds kNotReadyYet{1'000};
constexpr core::EpochMillis kStorePause = 1'000;
// Something looks odd that may be an event out of order: the records are read once when it has calmed down.
constexpr milliseconds kVerify{300};

// Two records of one book exist where several clients created one at once; the newer one is read and written.
void keep_newest(std::map<std::string, abs::MediaProgress>& by_item, const abs::MediaProgress& record) {
    if (record.item.empty() || !record.episode.empty()) return;
    const auto [known, is_new] = by_item.emplace(record.item, record);
    if (!is_new && known->second.last_update < record.last_update) known->second = record;
}

}  // namespace

Peer::Peer(Context& context, const Directory& directory, abs::Credential credential)
    : context_(context),
      directory_(directory),
      credential_(std::move(credential)),
      digest_(credential_.digest()),
      backoff_(kFirstRetry, kLongestRetry),
      poll_backoff_(kFirstRetry, kLongestRetry) {
    set_timer(connect_timer_, context.spread(), &Peer::connect);
}

Peer::~Peer() {
    if (feed_) feed_->close();
    if (call_) context_.http.cancel(*call_);
    for (auto* timer : {&connect_timer_, &poll_timer_, &review_timer_}) drop_timer(*timer);
    for (auto& [item, known] : items_) drop_timer(known.again);
    if (live_) context_.feed_marks.clear(digest_);
}

void Peer::set_timer(std::optional<Timer>& timer, milliseconds delay, void (Peer::*task)()) {
    drop_timer(timer);
    timer = context_.http.after(delay, [this, &timer, task] {
        timer.reset();
        (this->*task)();
    });
}

void Peer::drop_timer(std::optional<Timer>& timer) {
    if (timer) context_.http.cancel(*timer);
    timer.reset();
}

// The connection

void Peer::connect() {
    feed_.reset();
    old_feed_.reset();
    drop_timer(connect_timer_);
    drop_timer(poll_timer_);
    if (call_) context_.http.cancel(*call_);
    call_ = abs::start<abs::Me>(context_.http, abs::get_me(context_.settings.server, credential_),
                                [this](const abs::AbsResult<abs::Me>& me) {
                                    call_.reset();
                                    on_me(me);
                                });
}

void Peer::on_me(const abs::AbsResult<abs::Me>& me) {
    if (!me) return retry_after(me.error());
    context_.note_time(*me);
    user_id_ = me->value.id;
    if (reads_for_another()) return read_items();
    take(me->value.progress, me->sent);
    if (me->value.token.empty()) return poll_later();
    open_feed(me->value.token);
}

void Peer::open_feed(const std::string& token) {
    abs::FeedEvents events;
    events.ready = [this] {
        live_ = true;
        backoff_.reset();
        context_.feed_marks.mark(digest_);
        context_.log.info("feed.live").with("credential", digest_);
        metrics::count(series(Metric::kFeedConnects));
        context_.server_is_back();
        revive();
        // What happened between the first reading and now came without an event.
        poll();
    };
    events.alive = [this] {
        if (live_) context_.feed_marks.mark(digest_);
    };
    events.progress = [this](const abs::MediaProgress& record, const std::string& session) {
        take(record, session);
    };
    // An administrator who edits somebody gets that user's data on the own feed.
    events.user = [this](const abs::Me& me) {
        if (me.id == user_id_) take(me.progress, 0);
    };
    events.session_closed = [this](const std::string& session) {
        for (auto& [item, known] : items_) {
            if (known.session == session) known.playing_until = 0;
        }
    };
    events.item_changed = [this](const std::string& item) { look_again(item); };
    events.lost = [this](const abs::FeedFailure& failure) { on_lost(failure); };
    feed_ = std::make_unique<abs::Feed>(context_.http, context_.settings.server, token, std::move(events));
}

// The library process follows items by their times; a linked one may have other chapters at the same time.
void Peer::look_again(const std::string& item) {
    const auto id = core::LibraryItemId::parse(item);
    if (!id || directory_.linked_to(digest_, item).empty()) return;
    if (!context_.books.look_again(*id, context_.now()))
        context_.log.warn("item.not_noted").with("item", item).with("why", "Redis did not answer");
}

void Peer::on_lost(const abs::FeedFailure& failure) {
    old_feed_ = std::move(feed_);
    if (live_) {
        live_ = false;
        context_.feed_marks.clear(digest_);
    }
    metrics::count(Metric::kFeedLosses, abs::to_string(failure.kind));
    context_.log.warn("feed.lost").with("credential", digest_).with("why", failure.detail);
    // A server that takes the key but not its token for events is asked from time to time instead.
    if (failure.kind == abs::FeedFailure::Kind::kRefused) return poll_later();
    reconnect_later();
}

// A proxy says 404 and 403 of its own while the server behind it is away. Now key and server are well: what
// was given up deserves another look. Should Redis fail here, the next push or setting does the same.
void Peer::revive() {
    for (const core::Username& username : directory_.accounts_of(digest_))
        (void)context_.outbox.revive_all(username, context_.now());
}

void Peer::reconnect_later() {
    set_timer(connect_timer_, backoff_.next(context_.chance()) + context_.spread(), &Peer::connect);
}

void Peer::retry_after(const abs::AbsError& error) {
    context_.log.warn("feed.failed")
        .with("credential", digest_)
        .with("kind", abs::to_string(error.kind))
        .with("why", error.detail);
    // Every server has this route: a 404 is a proxy's, whose server is away.
    if (error.permanent() && error.kind != abs::AbsErrorKind::kNotFound) {
        set_timer(connect_timer_, kRefusedRetry, &Peer::connect);
    } else if (error.retry_after) {
        set_timer(connect_timer_, std::max(*error.retry_after, milliseconds(1000)), &Peer::connect);
    } else {
        reconnect_later();
    }
}

// The records

void Peer::poll_later() {
    const auto interval = std::chrono::duration_cast<milliseconds>(context_.poll_interval);
    const auto spread =
        milliseconds(static_cast<long long>(static_cast<double>(interval.count()) * context_.chance() / 10));
    // Without a feed, whoever reads the records opens the connection anew: the token may work by now.
    set_timer(poll_timer_, interval - spread, live_ ? &Peer::poll : &Peer::connect);
}

// A listing that failed leaves something unknown.
void Peer::poll_again() {
    set_timer(poll_timer_, poll_backoff_.next(context_.chance()), live_ ? &Peer::poll : &Peer::connect);
}

void Peer::verify_soon() {
    if (!review_timer_) set_timer(review_timer_, kVerify, &Peer::poll);
}

void Peer::poll() {
    if (call_) context_.http.cancel(*call_);
    drop_timer(poll_timer_);
    if (!credential_.user_id.empty() && user_id_.empty()) return connect();
    if (reads_for_another()) return read_items();
    if (!lists_progress_) {
        call_ = abs::start<abs::Me>(context_.http, abs::get_me(context_.settings.server, credential_),
                                    [this](const abs::AbsResult<abs::Me>& me) {
                                        call_.reset();
                                        if (!me) return poll_again();
                                        take(me->value.progress, me->sent);
                                        poll_later();
                                    });
        return;
    }
    using Records = std::optional<std::vector<abs::MediaProgress>>;
    call_ =
        abs::start<Records>(context_.http, abs::list_progress(context_.settings.server, credential_, etag_),
                            [this](abs::AbsResult<Records> records) {
                                call_.reset();
                                on_records(std::move(records));
                            });
}

void Peer::on_records(abs::AbsResult<std::optional<std::vector<abs::MediaProgress>>> records) {
    if (!records && records.error().kind == abs::AbsErrorKind::kNotFound) {
        lists_progress_ = false;
        return poll();
    }
    if (records) {
        context_.note_time(*records);
        if (records->value) {
            etag_ = records->etag;
            take(*records->value, records->sent);
        } else if (review_) {
            review_soon();
        }
        poll_backoff_.reset();
        return poll_later();
    }
    context_.log.warn("feed.poll_failed").with("credential", digest_).with("why", records.error().detail);
    poll_again();
}

void Peer::take(const std::vector<abs::MediaProgress>& records, core::EpochMillis asked) {
    std::map<std::string, abs::MediaProgress> by_item;
    for (const abs::MediaProgress& record : records) keep_newest(by_item, record);
    std::set<std::string> linked;
    for (const relay::Subject& subject : directory_.linked_by(digest_)) linked.insert(subject.item.str());

    const bool review = std::exchange(review_, false);
    for (const std::string& item : linked) {
        const auto record = by_item.find(item);
        std::optional<abs::MediaProgress> now;
        if (record != by_item.end()) now = record->second;
        Known& known = items_[item];
        if (!review && known.settled && known.record == now) continue;
        if (now && now->last_update < known.written_at && asked <= known.write_ended) {
            // From before our write, or from a client that sets times back.
            verify_soon();
            continue;
        }
        known.record = std::move(now);
        known.settled = false;
        consider(item);
    }
    for (auto known = items_.begin(); known != items_.end();) {
        if (linked.contains(known->first)) {
            ++known;
            continue;
        }
        drop_timer(known->second.again);
        known = items_.erase(known);
    }
}

void Peer::take(const abs::MediaProgress& record, const std::string& session) {
    if (!record.episode.empty() || record.item.empty()) return;
    const auto known = items_.find(record.item);
    if (known == items_.end()) return;
    // Half of a write of our own: the other half follows.
    if (session == bridge_session_id(credential_, record.item)) return;
    if (record.last_update < known->second.written_at) return verify_soon();
    if (!session.empty()) {
        known->second.playing_until = context_.now() + kPlayerSilence;
        known->second.session = session;
        known->second.played_meanwhile = true;
    }
    known->second.record = record;
    known->second.settled = false;
    consider(record.item);
}

void Peer::review_soon() {
    review_ = true;
    set_timer(review_timer_, milliseconds(0), &Peer::poll);
    etag_.clear();
}

void Peer::consider(const std::string& item) {
    Known& known = items_[item];
    if (being_written_.contains(item)) return;  // end_writing() comes back to it
    const core::EpochMillis now = context_.now();
    const auto come_back = [&] {
        known.settled = false;
        drop_timer(known.again);
        known.again = context_.http.after(kNotReadyYet + context_.spread(), [this, item] {
            items_[item].again.reset();
            consider(item);
        });
    };
    if (now < context_.store_away_until) return come_back();
    std::optional<core::bridge::RemoteState> remote;
    if (known.record) {
        remote = relay::remote_state(*known.record, context_.server_offset(), is_playing(item));
    }
    known.settled = true;
    for (const relay::Subject& subject : directory_.linked_to(digest_, item)) {
        const auto outcome =
            context_.importer.consider(subject, remote, context_.server_name(subject.username), now);
        if (!outcome) {
            if (outcome.error().kind == store::StoreError::Kind::kUnreachable)
                context_.store_away_until = context_.now() + kStorePause;
            return come_back();
        }
        if (*outcome == relay::Importer::Outcome::kLater) come_back();
        // Also while a player runs: whether there is something to wait for, a fresh look at the record shows.
        if (*outcome == relay::Importer::Outcome::kPush || *outcome == relay::Importer::Outcome::kWait) {
            known.settled = false;
            if (!context_.outbox.add_missing(subject.username, subject.document, now)) return come_back();
        }
    }
}

abs::ProgressRoute Peer::route() const {
    return !credential_.user_id.empty() && has_user_route_ ? abs::ProgressRoute::kOfUserId
                                                           : abs::ProgressRoute::kOwn;
}

bool Peer::note_missing_route() {
    if (route_works_) return false;
    if (!has_user_route_) return true;
    has_user_route_ = false;
    // The released server has no such route: what counts there is whose key it is.
    if (!user_id_.empty() && credential_.user_id != user_id_) {
        context_.log.warn("peer.other_user")
            .with("credential", digest_)
            .with("why", "the key is another user's");
        set_timer(connect_timer_, milliseconds(0), &Peer::connect);
    }
    return true;
}

bool Peer::reads_for_another() const {
    return route() == abs::ProgressRoute::kOfUserId && credential_.user_id != user_id_;
}

// One after the other: a server that has the route is a fork, and there is no list of another user's records
// that every key may read.
void Peer::read_items() {
    if (call_) context_.http.cancel(*call_);
    drop_timer(poll_timer_);
    std::set<std::string> items;
    for (const relay::Subject& subject : directory_.linked_by(digest_)) items.insert(subject.item.str());
    items_to_read_.assign(items.begin(), items.end());
    items_read_.clear();
    reading_since_ = context_.now();
    read_next_item();
}

void Peer::read_next_item() {
    using Record = std::optional<abs::MediaProgress>;
    if (items_to_read_.empty()) {
        take(items_read_, reading_since_);
        poll_backoff_.reset();
        return poll_later();
    }
    const std::string item = std::move(items_to_read_.back());
    items_to_read_.pop_back();
    call_ = abs::start<Record>(context_.http,
                               abs::get_progress(context_.settings.server, credential_, item, route()),
                               [this](const abs::AbsResult<Record>& record) {
                                   call_.reset();
                                   if (!record) return poll_again();
                                   context_.note_time(*record);
                                   if (record->value) {
                                       note_route_works();
                                       items_read_.push_back(*record->value);
                                   }
                                   read_next_item();
                               });
}

bool Peer::is_playing(const std::string& item) const {
    const auto known = items_.find(item);
    return known != items_.end() && known->second.playing_until > context_.now();
}

bool Peer::begin_writing(const std::string& item) {
    if (!being_written_.insert(item).second) return false;
    const auto known = items_.find(item);
    if (known != items_.end()) known->second.played_meanwhile = false;
    return true;
}

bool Peer::played_meanwhile(const std::string& item) const {
    const auto known = items_.find(item);
    return known != items_.end() && known->second.played_meanwhile;
}

void Peer::end_writing(const std::string& item, const std::optional<abs::MediaProgress>& record, bool wrote) {
    being_written_.erase(item);
    const auto found = items_.find(item);
    if (found == items_.end()) return;
    Known& known = found->second;
    if (wrote) known.write_ended = context_.now();
    if (record) {
        if (wrote) known.written_at = record->last_update;
        const bool outdated = !known.record || known.record->last_update <= record->last_update;
        if (outdated && known.record != record) {
            known.record = record;
            known.settled = false;
        }
    } else if (wrote) {
        // What was known is no more, and what came meanwhile may be half of the write.
        known.record.reset();
        known.settled = false;
        return verify_soon();
    }
    if (!known.settled) consider(item);
}

bool Peer::is_settled(const std::string& item) const {
    const auto known = items_.find(item);
    return live_ && known != items_.end() && known->second.settled;
}

}  // namespace koshelf::bridge
