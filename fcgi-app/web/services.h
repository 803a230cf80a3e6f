// What a route may use. Owned by main(), one set for each worker process.
#pragma once

#include "platform/config.h"
#include "platform/log.h"
#include "relay/settings_watch.h"
#include "store/accounts.h"
#include "store/database.h"
#include "store/devices.h"
#include "store/outbox.h"
#include "store/positions.h"
#include "web/address_digests.h"
#include "web/live_pull.h"
#include "web/refusals.h"

namespace koshelf::web {

class Desk;

struct Services {
    const platform::Config& config;
    const platform::Log& log;
    store::Database& database;
    store::Accounts& accounts;
    store::Positions& positions;
    store::Devices& devices;
    const AddressDigests& addresses;
    store::Outbox& outbox;
    relay::SettingsWatch& settings;
    LivePull& live_pull;
    Refusals& refusals;
    Desk& desk;  // of the admin routes
};

}  // namespace koshelf::web
