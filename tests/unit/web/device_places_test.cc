#include "web/admin_api/device_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::web {
namespace {

using testing::ElementsAre;

store::HistoryEntry entry(std::string device, std::string id, double percentage, core::EpochSeconds at,
                          std::string source = "koreader") {
    return {.percentage = percentage,
            .progress = std::to_string(percentage),
            .device = std::move(device),
            .device_id = id.empty() ? std::nullopt : std::optional(std::move(id)),
            .timestamp = at,
            .source = std::move(source)};
}

std::vector<std::string> seen(const std::vector<store::HistoryEntry>& history,
                              const core::StoredPosition& current = {}) {
    std::vector<std::string> texts;
    for (const DevicePlace& place : device_places(history, current))
        texts.push_back(place.device + "/" + place.device_id.value_or("-") + " " + std::to_string(place.at));
    return texts;
}

TEST(DevicePlaces, EachDeviceStandsWhereItWasLast) {
    EXPECT_THAT(seen({entry("Kobo", "1", 0.1, 10), entry("Boox", "2", 0.2, 20), entry("Kobo", "1", 0.3, 30)}),
                ElementsAre("Kobo/1 30", "Boox/2 20"));
}

TEST(DevicePlaces, TwoOfOneModelDifferByTheirId) {
    EXPECT_THAT(seen({entry("Kobo", "1", 0.1, 10), entry("Kobo", "2", 0.2, 20), entry("Kobo", "", 0.3, 30)}),
                ElementsAre("Kobo/- 30", "Kobo/2 20", "Kobo/1 10"));
}

TEST(DevicePlaces, WhatNoDeviceHasPushedIsNoDevice) {
    EXPECT_THAT(seen({entry("Audiobookshelf", "audiobookshelf", 0.1, 10, "audiobookshelf"),
                      entry("Koshelf", "koshelf-console", 0.1, 11, "console"), entry("", "", 0.1, 12),
                      entry("Kindle", "", 0.1, 13, "external")}),
                ElementsAre("Kindle/- 13"));
}

TEST(DevicePlaces, APositionThatWasSentAgainIsAsNewAsThat) {
    core::StoredPosition current{.percentage = 0.1,
                                 .progress = std::to_string(0.1),
                                 .device = "Kobo",
                                 .device_id = "1",
                                 .timestamp = 99};
    const std::vector<store::HistoryEntry> history = {entry("Kobo", "1", 0.1, 10),
                                                      entry("Boox", "2", 0.1, 20)};
    EXPECT_THAT(seen(history, current), ElementsAre("Kobo/1 99", "Boox/2 20"));
    current.progress = "elsewhere";
    EXPECT_THAT(seen(history, current), ElementsAre("Boox/2 20", "Kobo/1 10"));
}

TEST(DevicePlaces, AsJson) {
    EXPECT_EQ(to_json(device_places({entry("Kobo \"nova\"", "", 0.5, 7)}, {})),
              R"([{"device":"Kobo \"nova\"","percentage":0.5,"at":7}])");
}

}  // namespace
}  // namespace koshelf::web
