// HealthFacts: how this server and what is around it are, gathered now.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/doctor/health.h"
#include "store/census.h"
#include "store/outbox.h"
#include "web/services.h"

namespace koshelf::web {

struct FeedState {
    std::optional<std::string> username;  // nothing: those without a key of their own
    bool live = false;
};

struct DeadLetter {
    std::string username;
    std::string document;
    std::string title;  // what people call it; "" if nobody does
    std::string reason;
    std::optional<core::EpochSeconds> since;
};

struct HealthReport {
    core::doctor::HealthFacts facts;
    std::optional<std::string> sync_holder;  // which process
    std::optional<std::string> library_holder;
    std::string audiobookshelf_version;  // "" if it does not answer, or none is configured
    std::vector<FeedState> feeds;
    store::Outbox::Depth outbox;
    store::Census::Tally tally;
    std::vector<DeadLetter> dead;  // last given up first; of more than a hundred, some
};

// Asks Redis, and Audiobookshelf for a few seconds.
[[nodiscard]] store::StoreResult<HealthReport> gather_health(Services& services);

}  // namespace koshelf::web
