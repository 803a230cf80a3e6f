#include "store/leases.h"

#include "platform/process_name.h"
#include "store/keys.h"
#include "store/position_fields.h"

namespace koshelf::store {

StoreResult<bool> Leases::acquire(std::string_view name, const std::string& owner,
                                  std::chrono::milliseconds ttl) {
    auto acquired = take_or_renew(name, owner, ttl);
    if (!acquired || *acquired) return acquired;
    const auto whose = holder(name);
    if (!whose) return tl::unexpected(whose.error());
    if (!*whose || !platform::has_ended_here(**whose)) return false;
    // Of several who want it, all may release what is the dead one's, and one then takes it.
    if (const auto released = release(name, **whose); !released) return tl::unexpected(released.error());
    return take_or_renew(name, owner, ttl);
}

StoreResult<bool> Leases::take_or_renew(std::string_view name, const std::string& owner,
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
