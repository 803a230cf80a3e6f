// Context: what the parts of the sync process share. Owned by run_sync(); everything runs in one thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <random>

#include "abs/call.h"
#include "abs/clock_skew.h"
#include "abs/settings.h"
#include "platform/clock.h"
#include "platform/http_loop.h"
#include "platform/log.h"
#include "relay/books.h"
#include "relay/importer.h"
#include "store/activity.h"
#include "store/bridge_records.h"
#include "store/feed_marks.h"
#include "store/links.h"
#include "store/outbox.h"

namespace koshelf::bridge {

struct Context {
    const platform::Log& log;
    platform::HttpLoop& http;
    store::Links& links;
    store::Outbox& outbox;
    store::BridgeRecords& records;
    store::Activity& activity;
    store::FeedMarks& feed_marks;
    relay::Books& books;
    relay::Importer& importer;
    std::chrono::seconds poll_interval{300};
    std::function<void()> server_is_back;  // called when a feed has come to life
    std::function<bool()> may_write;       // the lease is ours: nobody else writes to Audiobookshelf
    std::function<std::size_t()> peers;    // how many there are

    abs::Settings settings;                  // those of now
    abs::ClockSkew skew;                     // of the server
    core::EpochMillis store_away_until = 0;  // Redis did not answer; nobody waits for it again before that
    std::mt19937 random{std::random_device{}()};

    [[nodiscard]] core::EpochMillis now() const { return platform::now_millis(); }
    // 0..1, for spreading attempts.
    [[nodiscard]] double chance() { return std::uniform_real_distribution<>(0, 1)(random); }

    // So long after the first of many the last one may begin what all of them want to do now: a hundred a
    // second, since each is a handful of requests and, with TLS, a handshake.
    [[nodiscard]] std::chrono::milliseconds spread() {
        return std::chrono::milliseconds(
            static_cast<long>(chance() * 10 * static_cast<double>(std::max<std::size_t>(peers(), 1) - 1)));
    }

    // What KOReaders and the log of this account are told.
    [[nodiscard]] std::string server_name(const core::Username& username) const {
        const abs::Account* account = settings.credential_of(username);
        return account != nullptr ? account->device_name : settings.device_name;
    }

    // After a call that was answered.
    template <class T>
    void note_time(const abs::Answer<T>& answer) {
        if (answer.server_time) skew.observe(*answer.server_time, answer.sent, answer.received);
    }
    // The server's clock minus ours, milliseconds; 0 as long as they may well agree.
    [[nodiscard]] std::int64_t server_offset() const {
        const auto estimate = skew.estimate(now());
        return estimate && std::abs(estimate->offset) > estimate->uncertainty ? estimate->offset : 0;
    }
};

}  // namespace koshelf::bridge
