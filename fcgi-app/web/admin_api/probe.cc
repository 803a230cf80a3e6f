#include "core/json_text.h"
#include "store/probes.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/session.h"
#include "web/caller.h"

namespace koshelf::web {

Response show_probe(Services& services, const Call& call) {
    const Request& request = call.request;
    const auto allowed = store::Probes(services.database).allowed(parameter(request, "token"));
    if (!allowed) return store_failed(services, allowed.error());
    if (!*allowed) return refuse(services, request);
    core::JsonObject json;
    json.add("remote_address", request.remote_address).add("peer", request.arrival.peer);
    if (request.arrival.trusted) json.add("trusted", *request.arrival.trusted);
    json.add("forwarded", request.arrival.forwarded).add("scheme", request.arrival.scheme);
    return json_response(200, json.finish());
}

}  // namespace koshelf::web
