#include "store/probes.h"

#include "store/keys.h"

namespace koshelf::store {
namespace {

constexpr std::string_view kProbeSeconds = "60";

}  // namespace

StoreResult<void> Probes::allow(std::string_view token) {
    const auto reply = database_.ask({"SET", keys::probe(token), "1", "EX", kProbeSeconds});
    if (!reply) return tl::unexpected(reply.error());
    return {};
}

StoreResult<bool> Probes::allowed(std::string_view token) {
    const auto reply = database_.ask({"EXISTS", keys::probe(token)});
    if (!reply) return tl::unexpected(reply.error());
    return reply->value().integer() == 1;
}

}  // namespace koshelf::store
