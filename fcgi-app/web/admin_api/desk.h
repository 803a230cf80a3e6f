// Desk: what the admin routes use beside the devices' stores. One for each worker; its client may block.
#pragma once

#include <optional>

#include "platform/config.h"
#include "platform/http_client.h"
#include "relay/books.h"
#include "relay/importer.h"
#include "store/activity.h"
#include "store/bridge_records.h"
#include "store/invitations.h"
#include "store/library_cache.h"
#include "store/links.h"
#include "store/merging.h"
#include "store/roles.h"
#include "store/roster.h"
#include "store/settings.h"
#include "store/shelf.h"
#include "store/text_cache.h"
#include "web/admin_api/library_order.h"

namespace koshelf::web {

class Desk {
  public:
    Desk(store::Database& database, const platform::Config& config);

    store::Roles roles;
    store::Roster roster;
    store::Invitations invitations;
    store::Shelf shelf;
    store::Links links;
    store::BridgeRecords records;
    store::Merging merging;
    store::Activity activity;
    store::LibraryCache cache;
    store::Calibrations calibrations;
    store::TextCache texts;
    store::Settings settings;
    relay::Books books;
    relay::Importer importer;
    platform::HttpClient http;
    std::optional<LibraryOrder::Made> order;  // the last one that somebody walked through
};

}  // namespace koshelf::web
