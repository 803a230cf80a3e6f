#include "relay/local.h"

#include <algorithm>

#include "relay/agreement_fields.h"

namespace koshelf::relay {
namespace {

using core::bridge::LocalState;

// A device that sends its position again refreshes its time, and would seem to have moved just now. The
// history knows when it was there first. How far back that is looked for:
constexpr int kEntries = 20;

store::StoreResult<core::EpochMillis> since_when(store::BridgeRecords& records, const Subject& subject,
                                                 const core::StoredPosition& position) {
    const auto history = records.history(subject.username, subject.document, kEntries);
    if (!history) return tl::unexpected(history.error());
    const auto newest = std::find_if(history->rbegin(), history->rend(),
                                     [](const store::HistoryEntry& entry) { return entry.current; });
    const bool known = newest != history->rend() && newest->progress == position.progress;
    return (known ? newest->timestamp : position.timestamp.value_or(0)) * 1000;
}

}  // namespace

store::StoreResult<Local> load_local(store::BridgeRecords& records, const Subject& subject) {
    auto record = records.load(subject.username, subject.document);
    if (!record) return tl::unexpected(record.error());
    Local local{.record = std::move(*record), .state = {}, .agreement = {}};
    local.agreement = read_agreement(local.record.bridge, subject.item);
    const core::StoredPosition& position = local.record.position;
    if (!position.progress || !position.percentage) return local;
    local.state = LocalState{.percentage = *position.percentage,
                             .progress = *position.progress,
                             .at = position.timestamp.value_or(0) * 1000,
                             .imported = position.device_id == store::kImportDeviceId};
    // Only a position that is yet to be settled is measured by its time.
    if (local.state->imported || local.state->progress == local.agreement.progress) return local;
    const auto since = since_when(records, subject, position);
    if (!since) return tl::unexpected(since.error());
    local.state->at = *since;
    return local;
}

}  // namespace koshelf::relay
