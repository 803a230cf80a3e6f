#include "web/admin_api/carry_over.h"

#include "platform/clock.h"
#include "platform/json.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/record_fetch.h"
#include "web/admin_api/restoring.h"

namespace koshelf::web {
namespace {

using Outcome = relay::Importer::Outcome;

CarriedOver later(std::string_view why) {
    return {.outcome = "later", .message = std::string(why)};
}

CarriedOver nothing(std::string_view why) {
    return {.outcome = "nothing", .message = std::string(why)};
}

// What an answer tells people.
CarriedOver later_because(const Response& response) {
    const auto body = platform::JsonDocument::parse(response.body);
    return later(body ? body->root().member("message").string() : "It did not work.");
}

CarriedOver queued(Services& services) {
    return {.outcome = "queued",
            .message = bridge_is_running(services)
                           ? "What is read is on its way to the audiobook once more."
                           : "What is read waits for the bridge, which is not running."};
}

CarriedOver read_again(Services& services, const LoadedDocument& loaded) {
    const core::StoredPosition& position = loaded.view.record.position;
    if (!position.percentage || !position.progress) return nothing("There is no position yet.");
    if (const auto failure = make_newest(services, loaded, *position.percentage, *position.progress))
        return later_because(*failure);
    return queued(services);
}

// `outcome` of an attempt to import what is heard.
CarriedOver imported(Outcome outcome) {
    switch (outcome) {
        case Outcome::kImported:
            return {.outcome = "imported",
                    .message = "Your readers open at what is heard, as it is counted now."};
        case Outcome::kNoPlace: return nothing("Nothing can be told to a reader.");
        case Outcome::kNothing: return nothing("Nothing has been played or read there yet.");
        case Outcome::kLater: return later("The book's text is still being read.");
        case Outcome::kPush:
        case Outcome::kWait:
        case Outcome::kGone: break;
    }
    return later("It did not work.");
}

CarriedOver heard_again(Services& services, const FetchedRecord& record) {
    if (!record.remote) return nothing("Nothing has been played or read there yet.");
    const auto outcome = services.desk.importer.bring(record.subject, *record.remote, record.device_name,
                                                      platform::now_millis());
    return outcome ? imported(*outcome) : later("The data could not be read.");
}

}  // namespace

CarriedOver carry_over(Services& services, const LoadedDocument& loaded) {
    if (services.settings.current().credential_of(loaded.subject.username) == nullptr)
        return nothing(describe(AdminError::kNotConnected).message);
    const bool heard_last = loaded.view.record.position.device_id == store::kImportDeviceId;
    const auto record = fetch_record(services, loaded);
    // What is read can wait in the outbox; what is heard has to be asked for.
    if (!record && (heard_last || loaded.view.record.position.empty())) return later_because(record.error());
    if (!record) return read_again(services, loaded);

    const auto outcome = services.desk.importer.consider(record->subject, record->remote, record->device_name,
                                                         platform::now_millis());
    if (!outcome) return later("The data could not be read.");
    switch (*outcome) {
        case Outcome::kPush:
        case Outcome::kWait: return read_again(services, loaded);
        case Outcome::kNothing:
            return heard_last ? heard_again(services, *record) : read_again(services, loaded);
        default: return imported(*outcome);
    }
}

}  // namespace koshelf::web
