#include "web/admin_api/device_places.h"

#include <algorithm>

#include "core/json_text.h"

namespace koshelf::web {

std::vector<DevicePlace> device_places(const std::vector<store::HistoryEntry>& history,
                                       const core::StoredPosition& current) {
    std::vector<DevicePlace> places;
    for (const store::HistoryEntry& entry : history) {
        if (entry.source == "audiobookshelf" || entry.source == "console" || entry.device.empty()) continue;
        const auto known = std::ranges::find_if(places, [&entry](const DevicePlace& place) {
            return place.device == entry.device && place.device_id == entry.device_id;
        });
        DevicePlace place{.device = entry.device,
                          .device_id = entry.device_id,
                          .percentage = entry.percentage,
                          .at = entry.timestamp};
        if (current.device == entry.device && current.device_id == entry.device_id &&
            current.progress == entry.progress)
            place.at = std::max(place.at, current.timestamp.value_or(0));
        if (known == places.end()) {
            places.push_back(std::move(place));
        } else {
            *known = std::move(place);
        }
    }
    std::ranges::stable_sort(places, [](const DevicePlace& a, const DevicePlace& b) { return a.at > b.at; });
    return places;
}

std::string to_json(const std::vector<DevicePlace>& places) {
    core::JsonArray list;
    for (const DevicePlace& place : places) {
        core::JsonObject json;
        json.add("device", place.device);
        if (place.device_id) json.add("device_id", *place.device_id);
        if (place.percentage) json.add("percentage", *place.percentage);
        list.add_json(json.add("at", place.at).finish());
    }
    return list.finish();
}

}  // namespace koshelf::web
