// Pusher: drains the outbox. What it holds is sent when it is due; what fails stays, with growing pauses.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "bridge/backoff.h"
#include "bridge/context.h"
#include "bridge/directory.h"
#include "bridge/peer.h"
#include "bridge/push_job.h"

namespace koshelf::bridge {

class Pusher {
  public:
    // The peer of a credential's digest; nothing if there is none.
    using FindPeer = std::function<Peer*(const std::string& digest)>;
    // Reads an account's links again: they may have changed when its outbox has.
    using Refresh = std::function<void(const core::Username&)>;

    Pusher(Context& context, const Directory& directory, FindPeer find_peer, Refresh refresh);
    ~Pusher();
    Pusher(const Pusher&) = delete;
    Pusher(Pusher&&) = delete;
    Pusher& operator=(const Pusher&) = delete;
    Pusher& operator=(Pusher&&) = delete;

    // Starts what is due. False if Redis could not be asked.
    bool drain();

    // The server has shown that it is there: what waited for it is due now.
    void server_is_back();

    [[nodiscard]] std::size_t running() const { return jobs_.size(); }

  private:
    using Name = std::pair<core::Username, core::DocumentId>;

    bool drain_account(const core::Username& username);
    void start(const relay::Subject& subject, Peer& peer);
    void on_done(const relay::Subject& subject, const std::string& digest, const PushOutcome& outcome);
    void on_failed(const Name& name, const PushOutcome& outcome);
    [[nodiscard]] std::size_t jobs_of(const core::Username& username) const;
    void postpone(const Name& name, std::chrono::milliseconds pause, const std::string& reason);
    [[nodiscard]] bool forget(const core::Username& username, const core::DocumentId& document,
                              bool connected);

    Context& context_;
    const Directory& directory_;
    FindPeer find_peer_;
    Refresh refresh_;
    std::map<Name, std::shared_ptr<PushJob>> jobs_;
    std::set<Name> waiting_;  // for the server
    core::EpochMillis closed_until_ = 0;
    Backoff server_backoff_;
};

}  // namespace koshelf::bridge
