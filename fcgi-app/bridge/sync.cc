#include "bridge/sync.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "abs/settings.h"
#include "bridge/context.h"
#include "bridge/directory.h"
#include "bridge/leadership.h"
#include "bridge/peer.h"
#include "bridge/pusher.h"
#include "platform/metrics.h"
#include "platform/process_name.h"
#include "platform/redis.h"
#include "platform/signals.h"
#include "relay/settings_watch.h"
#include "store/accounts.h"
#include "store/library_cache.h"

namespace koshelf::bridge {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;
using std::chrono::milliseconds;

constexpr milliseconds kTick{50};  // how soon a push is noticed
constexpr milliseconds kSettingsCheck{1'000};
constexpr milliseconds kSweepStep{20};    // one page of accounts
constexpr milliseconds kRedisPause{500};  // while Redis is away
constexpr milliseconds kFarewell{3'000};  // longest wait for writes under way when stopping
constexpr std::size_t kBooksInMemory = 16;

class Sync {
  public:
    Sync(const platform::Config& config, platform::Log& log)
        : log_(log),
          redis_(config.redis, {.connect = milliseconds(200), .reply = config.redis_timeout}),
          database_(redis_),
          accounts_(database_),
          links_(database_),
          outbox_(database_),
          records_(database_, config.history_limit),
          activity_(database_),
          feed_marks_(database_, platform::process_name()),
          cache_(database_),
          calibrations_(database_),
          watch_(database_, config),
          books_(cache_, calibrations_, kBooksInMemory),
          importer_(records_, activity_, books_),
          http_(platform::HttpOptions{}),
          leadership_(database_, std::string(store::kSyncLease)),
          context_{.log = log,
                   .http = http_,
                   .links = links_,
                   .outbox = outbox_,
                   .records = records_,
                   .activity = activity_,
                   .feed_marks = feed_marks_,
                   .books = books_,
                   .importer = importer_,
                   .poll_interval = config.abs_poll,
                   .server_is_back = [this] { pusher_->server_is_back(); },
                   .may_write = [this] { return leadership_.held(platform::now_millis()); },
                   .peers = [this] { return peers_.size(); },
                   .settings = {},
                   .skew = {}},
          directory_(links_, records_) {
        restart_pusher();
    }

    int run() {
        http_.after(milliseconds(0), [this] { check_settings(); });
        http_.after(milliseconds(0), [this] { tick(); });
        while (!platform::stop_requested()) http_.run_once(milliseconds(1'000));
        say_farewell();
        return 0;
    }

  private:
    // Settings

    void check_settings() {
        if (stopping_) return;
        http_.after(kSettingsCheck, [this] { check_settings(); });
        note_gauges();
        const bool changed = watch_.refresh(context_.now());
        if (!watch_.loaded() || (has_settings_ && !changed)) return;
        has_settings_ = true;
        apply(watch_.current());
    }

    void note_gauges() const {
        const auto wanted =
            std::ranges::count_if(peers_, [](const auto& peer) { return peer.second->wants_feed(); });
        const auto live = std::ranges::count_if(peers_, [](const auto& peer) { return peer.second->live(); });
        metrics::set(series(Metric::kFeeds), static_cast<std::uint64_t>(wanted));
        metrics::set(series(Metric::kFeedsLive), static_cast<std::uint64_t>(live));
        metrics::note_memory(metrics::Clock::now());
    }

    void apply(abs::Settings settings) {
        stop_working();
        context_.settings = std::move(settings);
        relay::log_problems(context_.settings, log_);
        http_.set_options(context_.settings.http);
        log_.info("settings.loaded").with("configured", context_.settings.configured());
        revive_ = true;
    }

    // Work

    void tick() {
        if (stopping_) return;
        milliseconds pause = kTick;
        if (!leadership_.hold(context_.now())) {
            if (working_) log_.warn("bridge.standing_by");
            stop_working();
            pause = kRedisPause;
        } else if (has_settings_ && context_.settings.configured()) {
            if (!working_) start_working();
            const bool drained = pusher_->drain();
            if (!drained) pause = kRedisPause;
            // A Redis that was away may have lost hints: of what is due, and of feeds that live.
            if (drained && std::exchange(redis_was_away_, false)) begin_sweep();
            redis_was_away_ = !drained;
        }
        http_.after(pause, [this] { tick(); });
    }

    void start_working() {
        working_ = true;
        log_.info("bridge.working");
        begin_sweep();
    }

    void stop_working() {
        working_ = false;
        if (sweep_timer_) http_.cancel(*sweep_timer_);
        sweep_timer_.reset();
        restart_pusher();
        peers_.clear();
        directory_.clear();
    }

    void restart_pusher() {
        pusher_ = std::make_unique<Pusher>(
            context_, directory_,
            [this](const std::string& digest) {
                const auto peer = peers_.find(digest);
                return peer == peers_.end() ? nullptr : peer->second.get();
            },
            [this](const core::Username& username) { (void)load_account(username); });
    }

    // Accounts: all of them are looked at when work begins, and again and again: links may have been restored
    // with a dump, and the hints of the outbox lost.

    void begin_sweep() {
        sweep_cursor_ = "0";
        if (sweep_timer_) http_.cancel(*sweep_timer_);
        sweep_timer_ = http_.after(milliseconds(0), [this] { sweep(); });
    }

    void sweep() {
        sweep_timer_.reset();
        milliseconds pause = kSweepStep;
        if (auto page = accounts_.list(sweep_cursor_)) {
            bool complete = true;
            for (const core::Username& username : page->usernames)
                complete = look_after(username) && complete;
            if (complete) sweep_cursor_ = page->next;
            if (!complete) pause = kRedisPause;
            if (complete && page->next == "0") {
                end_sweep();
                return;
            }
        } else {
            pause = kRedisPause;
        }
        sweep_timer_ = http_.after(pause, [this] { sweep(); });
    }

    bool look_after(const core::Username& username) {
        // What was given up under other settings gets another chance.
        if (revive_ && !outbox_.revive_all(username, context_.now())) return false;
        return load_account(username);
    }

    void end_sweep() {
        revive_ = false;
        if (pusher_->running() == 0) {
            const auto wanted = directory_.credentials();
            std::erase_if(peers_, [&](const auto& peer) { return !wanted.contains(peer.first); });
        }
        sweep_outboxes("0");
    }

    void sweep_outboxes(const std::string& cursor) {
        sweep_timer_.reset();
        const auto next = outbox_.sweep(cursor);
        if (next && *next == "0") {
            sweep_timer_ = http_.after(std::chrono::duration_cast<milliseconds>(context_.poll_interval),
                                       [this] { begin_sweep(); });
            return;
        }
        sweep_timer_ = http_.after(next ? kSweepStep : kRedisPause,
                                   [this, from = next.value_or(cursor)] { sweep_outboxes(from); });
    }

    // Reads an account's links; a credential that is new gets its peer.
    bool load_account(const core::Username& username) {
        const auto changed = directory_.load(username, context_.settings);
        if (!changed) return false;
        if (!*changed) return true;
        const abs::Account* account = context_.settings.credential_of(username);
        if (account == nullptr) return true;
        const std::string digest = account->credential.digest();
        const auto known = peers_.find(digest);
        if (known != peers_.end()) {
            known->second->review_soon();
        } else if (!directory_.linked_by(digest).empty()) {
            peers_.emplace(digest, std::make_unique<Peer>(context_, directory_, account->credential));
        }
        return true;
    }

    // What is being written is written to its end, and the server is told that the feeds are over.
    void say_farewell() {
        stopping_ = true;
        const auto deadline = context_.now() + kFarewell.count();
        while (pusher_->running() > 0 && context_.now() < deadline) http_.run_once(milliseconds(100));
        stop_working();
        const auto closing = context_.now() + 300;
        while (http_.running() > 0 && context_.now() < closing) http_.run_once(milliseconds(50));
        leadership_.release();
    }

    platform::Log& log_;
    platform::Redis redis_;
    store::Database database_;
    store::Accounts accounts_;
    store::Links links_;
    store::Outbox outbox_;
    store::BridgeRecords records_;
    store::Activity activity_;
    store::FeedMarks feed_marks_;
    store::LibraryCache cache_;
    store::Calibrations calibrations_;
    relay::SettingsWatch watch_;
    relay::Books books_;
    relay::Importer importer_;
    platform::HttpLoop http_;
    Leadership leadership_;
    Context context_;
    Directory directory_;
    std::map<std::string, std::unique_ptr<Peer>> peers_;
    std::unique_ptr<Pusher> pusher_;

    bool has_settings_ = false;
    bool working_ = false;
    bool stopping_ = false;
    bool redis_was_away_ = false;
    bool revive_ = false;  // dead letters: the settings have changed
    std::string sweep_cursor_ = "0";
    std::optional<platform::TimerId> sweep_timer_;
};

}  // namespace

int run_sync(const platform::Config& config, platform::Log& log) {
    return Sync(config, log).run();
}

}  // namespace koshelf::bridge
