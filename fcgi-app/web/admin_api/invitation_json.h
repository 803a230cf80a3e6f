// An invitation as the admin routes tell it.
#pragma once

#include "core/json_text.h"
#include "store/invitations.h"

namespace koshelf::web {

// {id, note, created, expires, uses_left, used_by, by}, to which more may be added.
[[nodiscard]] core::JsonObject invitation_json(const store::Invitation& invitation);

}  // namespace koshelf::web
