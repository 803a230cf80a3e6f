// BridgeSession: the playback session under which the bridge writes, one for each account and item.
#pragma once

#include <string>
#include <string_view>

#include "abs/credential.h"

namespace koshelf::bridge {

// A UUID, always the same for the same account and item: Audiobookshelf then keeps one row of it, and the
// bridge knows its own writes again when they come back as events.
[[nodiscard]] std::string bridge_session_id(const abs::Credential& credential, std::string_view item);

// The device that writes, always the same for an account: Audiobookshelf keeps a row for each.
[[nodiscard]] std::string bridge_device_id(const abs::Credential& credential);

}  // namespace koshelf::bridge
