// Activity: what happened, in sentences for people. A log of the newest ten thousand, for all accounts.
#pragma once

#include <string>
#include <vector>

#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"

namespace koshelf::store {

struct ActivityEntry {
    std::string id{};  // of the entry, for after(); set when read
    core::EpochMillis at = 0;
    std::string username{};  // "" if it concerns no account
    std::string document{};  // "" if it concerns no document
    std::string event{};     // a noun for machines: "bridge.pushed"
    std::string sentence{};
};

class Activity {
  public:
    explicit Activity(Database& database) : database_(database) {}

    // Not waited for. Never put a secret or a progress string into a sentence.
    void note(const ActivityEntry& entry);

    // The newest, newest first.
    [[nodiscard]] StoreResult<std::vector<ActivityEntry>> latest(int count);

    // What came before the entry of that id, newest first. An id that is none: nothing.
    [[nodiscard]] StoreResult<std::vector<ActivityEntry>> before(const std::string& id, int count);

    // What came after the entry of that id ("0" for all), oldest first. An id that is none is as "0".
    [[nodiscard]] StoreResult<std::vector<ActivityEntry>> after(const std::string& id, int count);

  private:
    Database& database_;
};

}  // namespace koshelf::store
