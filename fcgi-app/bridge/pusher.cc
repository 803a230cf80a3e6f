#include "bridge/pusher.h"

#include <algorithm>
#include <utility>

#include "core/json_text.h"
#include "platform/metrics.h"

namespace koshelf::bridge {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;
using std::chrono::milliseconds;

constexpr std::size_t kMaxJobs = 16;
constexpr std::size_t kMaxJobsOfOne =
    4;  // account: one with ten thousand books must not keep the others waiting
constexpr core::EpochMillis kLongestTurn = 20;  // then feeds have theirs
constexpr int kAccountsAtOnce = 64;
constexpr int kDocumentsAtOnce = 64;
constexpr milliseconds kFirstPause{1'000};
constexpr milliseconds kLongestPause{15 * 60'000};
// While the whole server is away, one attempt now and then finds out when it is back.
constexpr milliseconds kLongestClosure{30'000};

bool is_servers_trouble(abs::AbsErrorKind kind) {
    return kind == abs::AbsErrorKind::kUnreachable || kind == abs::AbsErrorKind::kTimeout ||
           kind == abs::AbsErrorKind::kTls || kind == abs::AbsErrorKind::kRateLimited;
}

}  // namespace

Pusher::Pusher(Context& context, const Directory& directory, FindPeer find_peer, Refresh refresh)
    : context_(context),
      directory_(directory),
      find_peer_(std::move(find_peer)),
      refresh_(std::move(refresh)),
      server_backoff_(kFirstPause, kLongestClosure) {}

Pusher::~Pusher() {
    for (auto& [name, job] : jobs_) job->abandon();
}

bool Pusher::drain() {
    const core::EpochMillis now = context_.now();
    if (now < closed_until_ || jobs_.size() >= kMaxJobs) return true;
    const auto accounts = context_.outbox.due_accounts(now, kAccountsAtOnce);
    if (!accounts) return false;
    for (const core::Username& username : *accounts) {
        if (jobs_.size() >= kMaxJobs || context_.now() - now > kLongestTurn) break;
        if (jobs_of(username) >= kMaxJobsOfOne) continue;
        if (!drain_account(username)) return false;
    }
    return true;
}

bool Pusher::drain_account(const core::Username& username) {
    const auto due = context_.outbox.due(username, context_.now(), kDocumentsAtOnce);
    if (!due) return false;
    if (due->empty()) return context_.outbox.next_due(username).has_value();
    // Somebody may have linked it just now, or otherwise.
    refresh_(username);
    const abs::Account* account = context_.settings.credential_of(username);
    Peer* peer = account != nullptr ? find_peer_(account->credential.digest()) : nullptr;
    for (const core::DocumentId& document : *due) {
        if (jobs_.contains({username, document})) continue;
        const auto subject = directory_.find(username, document);
        if (!subject || peer == nullptr) {
            if (!forget(username, document, peer != nullptr)) return false;
            continue;
        }
        if (jobs_.size() >= kMaxJobs || jobs_of(username) >= kMaxJobsOfOne) return true;
        start(*subject, *peer);
    }
    return true;
}

std::size_t Pusher::jobs_of(const core::Username& username) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(jobs_, [&](const auto& job) { return job.first.first == username; }));
}

void Pusher::start(const relay::Subject& subject, Peer& peer) {
    if (!peer.begin_writing(subject.item.str())) return;  // by another document of this book
    const std::string digest = peer.credential().digest();
    auto job = std::make_shared<PushJob>(
        context_, peer, subject,
        [this, subject, digest](const PushOutcome& outcome) { on_done(subject, digest, outcome); });
    jobs_.emplace(Name{subject.username, subject.document}, job);
    job->start();
}

void Pusher::on_done(const relay::Subject& subject, const std::string& digest, const PushOutcome& outcome) {
    const Name name{subject.username, subject.document};
    jobs_.erase(name);
    using Kind = PushOutcome::Kind;
    switch (outcome.kind) {
        case Kind::kDone:
            metrics::count(outcome.wrote ? series(Metric::kBridgePushes, "written")
                                         : series(Metric::kBridgePushes, "nothing"));
            waiting_.erase(name);
            closed_until_ = 0;
            server_backoff_.reset();
            // Unless a push or a link came meanwhile: that one is still to be dealt with.
            if (!context_.outbox.done(name.first, name.second, outcome.sequence, outcome.link_text))
                context_.log.warn("outbox.not_cleared").with("document", name.second.str());
            break;
        case Kind::kAgain: metrics::count(series(Metric::kBridgePushes, "again")); break;  // it is still due
        case Kind::kLater: {
            metrics::count(series(Metric::kBridgePushes, "waiting"));
            const core::EpochMillis due = context_.now() + outcome.pause.count();
            // Should this fail, it is still due, and comes back sooner.
            (void)context_.outbox.defer(name.first, name.second, due, outcome.reason);
            break;
        }
        // Where Redis is there, and something stored is damaged, it is not tried without a pause.
        case Kind::kStoreFailed:
            metrics::count(series(Metric::kBridgePushes, "store-failed"));
            postpone(name, kFirstPause, "waits for Redis");
            break;
        case Kind::kFailed: on_failed(name, outcome); break;
    }
    if (Peer* peer = find_peer_(digest)) peer->end_writing(subject.item.str(), outcome.record, outcome.wrote);
}

void Pusher::on_failed(const Name& name, const PushOutcome& outcome) {
    const core::EpochMillis now = context_.now();
    const abs::AbsError& error = *outcome.error;
    metrics::count(error.permanent() ? series(Metric::kBridgePushes, "given-up")
                                     : series(Metric::kBridgePushes, "failed"));
    context_.log.warn("push.failed")
        .with("user", name.first.str())
        .with("document", name.second.str())
        .with("kind", abs::to_string(error.kind))
        .with("why", error.detail);
    store::ActivityEntry entry{.id = {},
                               .at = now,
                               .username = name.first.str(),
                               .document = name.second.str(),
                               .event = "push.waits",
                               .sentence = "Waits for Audiobookshelf: " + error.detail};
    if (error.permanent()) {
        const std::string reason = core::JsonObject()
                                       .add("kind", abs::to_string(error.kind))
                                       .add("reason", error.detail)
                                       .add("at", now)
                                       .finish();
        // What cannot be put aside is tried again.
        if (!context_.outbox.bury(name.first, name.second, reason)) return;
        waiting_.erase(name);
        entry.event = "push.given-up";
        entry.sentence = "Not sent to Audiobookshelf: " + error.detail +
                         ". It is tried again when the settings or the link change";
        return context_.activity.note(entry);
    }
    auto pause = pause_after(outcome.attempts, kFirstPause, kLongestPause, context_.chance());
    if (error.retry_after) pause = std::max(pause, *error.retry_after);
    postpone(name, pause, error.detail);
    // Said once for each position that waits.
    if (outcome.attempts == 0) context_.activity.note(entry);
    if (!is_servers_trouble(error.kind)) return;
    waiting_.insert(name);
    const auto closure =
        std::max(server_backoff_.next(context_.chance()), error.retry_after.value_or(milliseconds(0)));
    closed_until_ = now + closure.count();
}

// Nothing is to be sent. Whatever makes it so later (a link, a key) puts the document here again; so if it
// has been linked while nobody looked, it stays.
bool Pusher::forget(const core::Username& username, const core::DocumentId& document, bool connected) {
    const auto record = context_.records.load(username, document);
    if (!record) return false;
    if (connected && record->link && record->link->item) return true;
    return context_.outbox.done(username, document, record->sequence, record->link_text).has_value();
}

void Pusher::postpone(const Name& name, milliseconds pause, const std::string& reason) {
    // Should this fail, the entry is still due, and comes back sooner.
    if (!context_.outbox.postpone(name.first, name.second, context_.now() + pause.count(), reason))
        context_.log.warn("outbox.not_postponed").with("document", name.second.str());
}

void Pusher::server_is_back() {
    closed_until_ = 0;
    server_backoff_.reset();
    for (const Name& name : std::exchange(waiting_, {})) {
        if (!context_.outbox.add(name.first, name.second, context_.now())) waiting_.insert(name);
    }
}

}  // namespace koshelf::bridge
