// BudgetedPull: a look at Audiobookshelf while a device waits, for accounts that no live feed covers.
#pragma once

#include <chrono>
#include <string>

#include "abs/settings.h"
#include "platform/http_client.h"
#include "platform/log.h"
#include "relay/importer.h"
#include "relay/subject.h"
#include "store/pull_gate.h"

namespace koshelf::relay {

class BudgetedPull {
  public:
    BudgetedPull(store::PullGate& gate, Importer& importer, platform::HttpClient& http,
                 const platform::Log& log, std::chrono::milliseconds budget)
        : gate_(gate), importer_(importer), http_(http), log_(log), budget_(budget) {}

    // True if the document has a new position now. Never takes longer than the budget, never fails: on any
    // trouble the device gets what is stored. While Audiobookshelf is known not to answer it is not asked,
    // and an item only once in a few seconds.
    [[nodiscard]] bool run(const Subject& subject, const abs::Settings& settings);

  private:
    store::PullGate& gate_;
    Importer& importer_;
    platform::HttpClient& http_;
    const platform::Log& log_;
    std::chrono::milliseconds budget_;
};

}  // namespace koshelf::relay
