#include "store/leases.h"

#include "store/keys.h"
#include "store/position_fields.h"

namespace koshelf::store {

StoreResult<bool> Leases::acquire(std::string_view name, const std::string& owner,
                                  std::chrono::milliseconds ttl) {
    const auto reply =
        database_.ask({"SET", keys::lease(name), owner, "NX", "PX", std::to_string(ttl.count())});
    if (!reply) return tl::unexpected(reply.error());
    if (reply->value().is_string()) return true;
    return renew(name, owner, ttl);
}

StoreResult<bool> Leases::renew(std::string_view name, const std::string& owner,
                                std::chrono::milliseconds ttl) {
    const auto reply = database_.run({.script = lease_script(),
                                      .keys = {keys::lease(name)},
                                      .arguments = {owner, std::to_string(ttl.count())}});
    if (!reply) return tl::unexpected(reply.error());
    return reply->value().integer() == 1;
}

StoreResult<bool> Leases::release(std::string_view name, const std::string& owner) {
    const auto reply =
        database_.run({.script = lease_script(), .keys = {keys::lease(name)}, .arguments = {owner, ""}});
    if (!reply) return tl::unexpected(reply.error());
    return reply->value().integer() == 1;
}

StoreResult<std::optional<std::string>> Leases::holder(std::string_view name) {
    const auto reply = database_.ask({"GET", keys::lease(name)});
    if (!reply) return tl::unexpected(reply.error());
    return text_of(reply->value());
}

}  // namespace koshelf::store
