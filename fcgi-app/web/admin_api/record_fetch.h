// RecordFetch: what Audiobookshelf has of a linked document, asked now.
#pragma once

#include "core/bridge/reconcile.h"
#include "web/admin_api/loaded_document.h"

namespace koshelf::web {

struct FetchedRecord {
    relay::Subject subject;
    std::optional<core::bridge::RemoteState> remote;  // nothing: never opened there
    std::string device_name;                          // what KOReaders are told
};

// kNotLinked, kNotConnected, or what Audiobookshelf's silence means.
[[nodiscard]] OrResponse<FetchedRecord> fetch_record(Services& services, const LoadedDocument& loaded);

}  // namespace koshelf::web
