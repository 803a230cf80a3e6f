// DevicePlaces: where each reading device was last, by a document's history.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/position.h"
#include "store/bridge_records.h"

namespace koshelf::web {

struct DevicePlace {
    std::string device;
    std::optional<std::string> device_id;
    std::optional<double> percentage;
    core::EpochSeconds at = 0;
};

// One for each device that stands in the history, last seen first. What came from Audiobookshelf or was
// restored is no device's. `history`: oldest first; `current`: the position that counts, which a device may
// have sent again since.
[[nodiscard]] std::vector<DevicePlace> device_places(const std::vector<store::HistoryEntry>& history,
                                                     const core::StoredPosition& current);

// [{device, device_id?, percentage?, at}]
[[nodiscard]] std::string to_json(const std::vector<DevicePlace>& places);

}  // namespace koshelf::web
