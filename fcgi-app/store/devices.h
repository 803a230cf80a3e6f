// Devices: who pushes to an account, as store/scripts/push.lua notes it in the same step with each push. The
// 64 that were here last.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/device_problems.h"
#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"

namespace koshelf::store {

struct Device {
    std::string id;  // within the account; the same for the same name and device_id
    std::string device;
    std::optional<std::string> device_id;
    core::EpochSeconds first_push = 0;
    core::EpochSeconds last_push = 0;
    std::optional<core::EpochSeconds> last_pull;  // where it can be told from the others
    std::int64_t pushes = 0;
    std::int64_t stale = 0;        // of these
    std::int64_t stale_run = 0;    // in a row, up to now
    std::string document;          // the record that its last push went to
    bool under_its_own_id = true;  // that push named the record itself, not another id of it
    std::string methods;           // for core::method_habit
    core::ClockReadings clock;
};

class Devices {
  public:
    explicit Devices(Database& database) : database_(database) {}

    // Last pushed first.
    [[nodiscard]] StoreResult<std::vector<Device>> all(const core::Username& username);

    // False if there is none of that id. One that pushes again comes back.
    [[nodiscard]] StoreResult<bool> forget(const core::Username& username, const std::string& id);

    // Notes a pull for the one device that pushed from that address, if there is one and no other. A pull
    // names no device. A hint: not waited for, and at most once a minute for an address by each worker.
    void saw_pull(const core::Username& username, const std::string& address_digest, core::EpochSeconds now);

  private:
    Database& database_;
    std::unordered_map<std::string, core::EpochSeconds> last_noted_;
};

}  // namespace koshelf::store
