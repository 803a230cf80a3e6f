#include "web/admin_api/record_fetch.h"

#include <cstdlib>
#include <utility>

#include "abs/calls.h"
#include "relay/importer.h"
#include "web/admin_api/desk.h"

namespace koshelf::web {
namespace {

// A second is what the Date header can tell; only a clock that is wrong by more is corrected.
core::EpochMillis skew_of(std::optional<core::EpochMillis> server, core::EpochMillis received) {
    if (!server) return 0;
    const core::EpochMillis skew = *server + 500 - received;
    return std::abs(skew) > 2'000 ? skew : 0;
}

}  // namespace

OrResponse<FetchedRecord> fetch_record(Services& services, const LoadedDocument& loaded) {
    auto subject = linked_subject(loaded);
    if (!subject) return tl::unexpected(std::move(subject.error()));
    auto account = connection_of(services, loaded.subject.username);
    if (!account) return tl::unexpected(std::move(account.error()));
    const auto record = abs::perform(
        services.desk.http,
        abs::get_progress(services.settings.current().server, account->credential, subject->item.str()));
    if (!record) return tl::unexpected(audiobookshelf_failed(record.error()));
    FetchedRecord fetched{.subject = std::move(*subject),
                          .remote = std::nullopt,
                          .device_name = std::move(account->device_name)};
    if (record->value) {
        fetched.remote =
            relay::remote_state(*record->value, skew_of(record->server_time, record->received), false);
        fetched.remote->fresh = true;
    }
    return fetched;
}

}  // namespace koshelf::web
