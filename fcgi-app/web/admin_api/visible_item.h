// VisibleItem: an item of Audiobookshelf, if an account may see it.
#pragma once

#include "abs/item.h"
#include "web/admin_api/session.h"

namespace koshelf::web {

// Asks Audiobookshelf with the account's own credential. kNoItem if there is no such item for it, else what
// the silence means. The settings are those of connection_of().
[[nodiscard]] OrResponse<abs::Item> visible_item(Services& services, const abs::Account& account,
                                                 const core::LibraryItemId& id);

}  // namespace koshelf::web
