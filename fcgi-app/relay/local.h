// Local: our own side of a subject, as it was read in one go.
#pragma once

#include <optional>

#include "core/bridge/reconcile.h"
#include "relay/subject.h"
#include "store/bridge_records.h"

namespace koshelf::relay {

struct Local {
    store::DocumentRecord record;
    std::optional<core::bridge::LocalState> state;  // nothing: no device has pushed a usable position
    core::bridge::Agreement agreement;              // with the subject's item
};

[[nodiscard]] store::StoreResult<Local> load_local(store::BridgeRecords& records, const Subject& subject);

}  // namespace koshelf::relay
