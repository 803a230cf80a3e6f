// The field "password" of a body: already the digest that a device would send.
#pragma once

#include "core/ids.h"
#include "platform/json.h"
#include "web/admin_api/session.h"

namespace koshelf::web {

[[nodiscard]] OrResponse<core::Credential> password_field(platform::JsonValue body);

// The field "username".
[[nodiscard]] OrResponse<core::Username> username_field(platform::JsonValue body);

}  // namespace koshelf::web
