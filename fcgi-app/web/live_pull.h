// LivePull: for accounts that no live feed covers, a look at Audiobookshelf while the device waits.
#pragma once

#include "core/ids.h"
#include "relay/budgeted_pull.h"
#include "relay/importer.h"
#include "relay/settings_watch.h"
#include "store/links.h"
#include "store/positions.h"

namespace koshelf::web {

// Each worker has one. Costs nothing for accounts that have nothing to do with Audiobookshelf.
class LivePull {
  public:
    LivePull(store::Database& database, relay::SettingsWatch& settings, const platform::Config& config,
             const platform::Log& log);

    // The digest of the account's credential there; "" if it has none: then there is nothing to ask.
    [[nodiscard]] std::string credential_digest(const core::Username& username) const;

    // Asks about a document that was read with its link (Positions::pull_linked). True if it has a new
    // position now, and is to be read again.
    [[nodiscard]] bool refresh(const core::Username& username, const store::Pulled& pulled);

  private:
    relay::SettingsWatch& settings_;
    store::BridgeRecords records_;
    store::Activity activity_;
    store::LibraryCache cache_;
    store::Calibrations calibrations_;
    store::PullGate gate_;
    relay::Books books_;
    relay::Importer importer_;
    platform::HttpClient http_;
    relay::BudgetedPull pull_;
};

}  // namespace koshelf::web
