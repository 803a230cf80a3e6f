#include "web/caller.h"

#include <utility>

#include "platform/metrics.h"

namespace koshelf::web {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;

}  // namespace

core::ProtocolResult<Caller> identify(const Request& request) {
    const auto unauthorized = tl::unexpected(core::ProtocolError::kUnauthorized);
    if (!request.auth_user || !request.auth_key || request.repeated_credentials) return unauthorized;
    auto username = core::Username::parse(*request.auth_user);
    auto credential = core::Credential::parse(*request.auth_key);
    if (!username || !credential) return unauthorized;
    return Caller{std::move(*username), std::move(*credential)};
}

core::ProtocolResult<platform::JsonDocument> parse_body(const Request& request) {
    auto document = platform::JsonDocument::parse(request.body);
    if (!document) return tl::unexpected(core::ProtocolError::kBodyNotJson);
    if (!document->root().is_object()) return tl::unexpected(core::ProtocolError::kBodyNotObject);
    return std::move(*document);
}

Response store_failed(const Services& services, const store::StoreError& error) {
    const bool unreachable = error.kind == store::StoreError::Kind::kUnreachable;
    services.log.error(unreachable ? "redis.unreachable" : "redis.unexpected").with("why", error.detail);
    return error_response(unreachable ? core::ProtocolError::kStoreUnreachable
                                      : core::ProtocolError::kStoreUnexpected);
}

Response refuse(const Services& services, const Request& request) {
    services.refusals.count(request.remote_address, request.now);
    metrics::count(series(Metric::kRefusedCredentials));
    services.log.info("auth.refused")
        .with("user", request.auth_user.value_or(""))
        .with("from", request.remote_address);
    return error_response(core::ProtocolError::kUnauthorized);
}

std::optional<Response> deny(Services& services, const Request& request, const Caller& caller) {
    const auto authorized = services.accounts.authorize(caller.username, caller.credential);
    if (!authorized) return store_failed(services, authorized.error());
    if (!*authorized) return refuse(services, request);
    return std::nullopt;
}

Response reject_fields(Services& services, const Request& request, const Caller& caller,
                       core::ProtocolError error) {
    if (auto denial = deny(services, request, caller)) return std::move(*denial);
    services.log.info("request.rejected")
        .with("user", caller.username.str())
        .with("code", core::describe(error).code);
    return error_response(error);
}

}  // namespace koshelf::web
