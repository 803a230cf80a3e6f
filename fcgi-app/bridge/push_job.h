// PushJob: one document's position on its way to Audiobookshelf.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "abs/calls.h"
#include "bridge/context.h"
#include "bridge/peer.h"
#include "core/bridge/conversion.h"
#include "core/bridge/reconcile.h"
#include "relay/local.h"
#include "relay/subject.h"

namespace koshelf::bridge {

// What became of it, for whoever keeps the outbox.
struct PushOutcome {
    enum class Kind {
        kDone,    // written, or nothing to write
        kAgain,   // at once: the document or the record has changed meanwhile
        kLater,   // after `pause`: a player is running, or the book is not ready
        kFailed,  // Audiobookshelf did not take it: `error`
        kStoreFailed,
    };
    Kind kind = Kind::kDone;
    std::chrono::milliseconds pause{0};  // kLater
    std::string reason{};                // kLater: what it waits for
    std::optional<abs::AbsError> error{};
    std::int64_t sequence = 0;                   // of the position that it concerns
    std::string link_text{};                     // how it was linked then
    int attempts = 0;                            // that failed before this one
    std::optional<abs::MediaProgress> record{};  // the server's as it is now, if that is known
    bool wrote = false;                          // something was sent that may have been executed
};

// Runs by itself once started; keeps itself alive until `done` has been called, exactly once.
//
// Writes to one record are made one after the other: the server creates a second record if two clients write
// a first one at once, and after that reads are stale.
class PushJob : public std::enable_shared_from_this<PushJob> {
  public:
    using Done = std::function<void(const PushOutcome&)>;

    // `peer` must outlive the job, or the job be abandoned.
    PushJob(Context& context, Peer& peer, relay::Subject subject, Done done);

    void start();

    // Drops what is under way; `done` is not called.
    void abandon();

  private:
    using Step = void (PushJob::*)();

    void read_record();
    void on_record(const abs::AbsResult<std::optional<abs::MediaProgress>>& record);
    void decide();
    void write();
    void move_by_session();
    void on_session(const abs::AbsResult<abs::LocalSessionOutcome>& outcome);
    void patch();
    void finish_item();
    void reopen_item();
    void read_back();
    void settle();

    [[nodiscard]] bool begin_to_write();
    void send(const abs::ProgressPatch& body, Step next);
    [[nodiscard]] abs::ProgressPatch patch_body() const;
    [[nodiscard]] core::bridge::MediaPlace written_place() const;
    [[nodiscard]] std::string sentence() const;
    [[nodiscard]] std::string server_name() const;
    void fail(const abs::AbsError& error);
    void end(PushOutcome outcome);

    Context& context_;
    Peer& peer_;
    relay::Subject subject_;
    Done done_;
    std::optional<platform::TransferId> call_;

    std::optional<relay::Local> local_;
    std::shared_ptr<const relay::Book> book_;
    std::optional<core::bridge::RemoteState> remote_;
    core::bridge::Decision decision_;
    core::bridge::MediaTarget target_;
    abs::ProgressRoute route_ = abs::ProgressRoute::kOwn;
    bool session_refused_ = false;
    bool wrote_ = false;
    std::optional<abs::MediaProgress> there_;  // the record, as long as nothing has been sent since
};

}  // namespace koshelf::bridge
