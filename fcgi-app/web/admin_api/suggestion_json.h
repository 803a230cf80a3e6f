// A suggestion as the admin routes tell it.
#pragma once

#include "core/json_text.h"
#include "web/admin_api/suggestion_search.h"

namespace koshelf::web {

// {item, score, sure, reasons}, to which more may be added.
[[nodiscard]] core::JsonObject suggestion_json(const Suggested& suggested, bool sure);

}  // namespace koshelf::web
