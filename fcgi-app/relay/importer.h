// Importer: a media progress record meets a document. Decides by core/bridge/reconcile and carries out what
// concerns our own side; what has to go to Audiobookshelf is left to the caller.
#pragma once

#include <optional>
#include <string>

#include "abs/media_progress.h"
#include "core/bridge/reconcile.h"
#include "relay/books.h"
#include "relay/local.h"
#include "relay/subject.h"
#include "store/activity.h"
#include "store/bridge_records.h"

namespace koshelf::relay {

// `skew`: the server's clock minus ours, milliseconds.
[[nodiscard]] core::bridge::RemoteState remote_state(const abs::MediaProgress& record, core::EpochMillis skew,
                                                     bool playing);

class Importer {
  public:
    enum class Outcome {
        kNothing,   // both sides agree
        kImported,  // the document has a new position
        kNoPlace,   // Audiobookshelf is newer, but nothing can be told to a device
        kPush,      // the document is newer
        kWait,      // the document is newer, but a player is running
        kLater,     // the book is not ready yet
        kGone,      // the account has been deleted
    };

    Importer(store::BridgeRecords& records, store::Activity& activity, Books& books)
        : records_(records), activity_(activity), books_(books) {}

    // `device_name`: what KOReaders are told. Reads the document anew until nobody interferes.
    [[nodiscard]] store::StoreResult<Outcome> consider(const Subject& subject,
                                                       const std::optional<core::bridge::RemoteState>& remote,
                                                       const std::string& device_name, core::EpochMillis now);

    // Imports that place whatever the times say: somebody asked for it. kNothing if the record names no
    // place.
    [[nodiscard]] store::StoreResult<Outcome> bring(const Subject& subject,
                                                    const core::bridge::RemoteState& remote,
                                                    const std::string& device_name, core::EpochMillis now);

  private:
    [[nodiscard]] store::StoreResult<std::optional<Outcome>> import(
        const Subject& subject, const Local& local, const core::bridge::RemoteState& remote,
        const core::bridge::Decision& decision, const std::string& device_name, core::EpochMillis now);
    [[nodiscard]] store::StoreResult<void> note_seen(const Subject& subject,
                                                     const core::bridge::Agreement& agreement,
                                                     const core::bridge::RemoteState& remote);

    store::BridgeRecords& records_;
    store::Activity& activity_;
    Books& books_;
};

}  // namespace koshelf::relay
