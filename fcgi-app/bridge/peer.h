// Peer: one credential of Audiobookshelf. Keeps its live feed, reads its records, and takes over what moved.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "abs/call.h"
#include "abs/calls.h"
#include "abs/credential.h"
#include "abs/error.h"
#include "abs/feed.h"
#include "abs/me.h"
#include "bridge/backoff.h"
#include "bridge/context.h"
#include "bridge/directory.h"

namespace koshelf::bridge {

class Peer {
  public:
    Peer(Context& context, const Directory& directory, abs::Credential credential);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer(Peer&&) = delete;
    Peer& operator=(const Peer&) = delete;
    Peer& operator=(Peer&&) = delete;

    // Looks at every linked document again, and at every record: after links have changed, say.
    void review_soon();

    // Whether there is to be a feed: not where the records are another user's than the key's.
    [[nodiscard]] bool wants_feed() const { return !reads_for_another(); }
    [[nodiscard]] bool live() const { return live_; }
    [[nodiscard]] const abs::Credential& credential() const { return credential_; }

    // Where this account's records are: those of a user id that was configured, until the server turns out
    // not to have such a route.
    [[nodiscard]] abs::ProgressRoute route() const;
    // A write there was answered with 404. True if it is the route that is missing, and not the item.
    [[nodiscard]] bool note_missing_route();
    void note_route_works() { route_works_ = true; }

    // Whether a playback session of that item has moved within the last half minute, and until when it
    // counts.
    [[nodiscard]] bool is_playing(const std::string& item) const;

    // While something is being written to an item, what is heard of it waits: it may be an echo.
    // False: somebody is writing already.
    [[nodiscard]] bool begin_writing(const std::string& item);
    // Whether a player has reported about that item since then: what was decided before is to be decided
    // again.
    [[nodiscard]] bool played_meanwhile(const std::string& item) const;
    // `record`: as it is on the server now, if that is known; then events that are older are known to be.
    // `wrote`: it may have been changed.
    void end_writing(const std::string& item, const std::optional<abs::MediaProgress>& record, bool wrote);

    // Whether a live feed and a record that was considered say that nothing is to be done for that item.
    [[nodiscard]] bool is_settled(const std::string& item) const;

  private:
    using Timer = platform::TimerId;

    void connect();
    void on_me(const abs::AbsResult<abs::Me>& me);
    void open_feed(const std::string& token);
    void look_again(const std::string& item);
    void on_lost(const abs::FeedFailure& failure);
    void revive();
    void reconnect_later();
    void poll_later();
    void poll_again();
    void poll();
    void verify_soon();
    // Whether the records are another user's than the key's: its lists and events are then of no use.
    [[nodiscard]] bool reads_for_another() const;
    void read_items();
    void read_next_item();
    void on_records(abs::AbsResult<std::optional<std::vector<abs::MediaProgress>>> records);
    void retry_after(const abs::AbsError& error);

    // `asked`: when they were asked for, 0 for an event.
    void take(const std::vector<abs::MediaProgress>& records, core::EpochMillis asked);
    void take(const abs::MediaProgress& record, const std::string& session);
    void consider(const std::string& item);
    void set_timer(std::optional<Timer>& timer, std::chrono::milliseconds delay, void (Peer::*task)());
    void drop_timer(std::optional<Timer>& timer);

    Context& context_;
    const Directory& directory_;
    abs::Credential credential_;
    std::string digest_;
    std::string user_id_;
    std::string etag_;
    bool has_user_route_ = true;  // until it is found to be missing
    bool route_works_ = false;    // it has answered with a record, or taken one
    std::vector<std::string> items_to_read_;
    std::vector<abs::MediaProgress> items_read_;
    core::EpochMillis reading_since_ = 0;
    bool lists_progress_ = true;  // false: a server before 2.36, which has its records in /api/me only
    bool live_ = false;
    bool review_ = true;
    Backoff backoff_;
    Backoff poll_backoff_;

    std::unique_ptr<abs::Feed> feed_;
    std::unique_ptr<abs::Feed> old_feed_;  // a feed cannot be destroyed by its own callback
    std::optional<platform::TransferId> call_;
    std::optional<Timer> connect_timer_;
    std::optional<Timer> poll_timer_;
    std::optional<Timer> review_timer_;

    struct Known {
        std::optional<abs::MediaProgress> record;
        bool settled = false;  // it has been considered for every document, as it is
        core::EpochMillis playing_until = 0;
        std::string session;               // that moves
        core::EpochMillis written_at = 0;  // lastUpdate of the record after our last write
        core::EpochMillis write_ended = 0;
        bool played_meanwhile = false;  // a player has reported since the write under way began
        std::optional<Timer> again;
    };
    std::map<std::string, Known> items_;
    std::set<std::string> being_written_;
};

}  // namespace koshelf::bridge
