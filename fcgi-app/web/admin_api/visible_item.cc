#include "web/admin_api/visible_item.h"

#include <utility>

#include "abs/calls.h"
#include "web/admin_api/desk.h"

namespace koshelf::web {

OrResponse<abs::Item> visible_item(Services& services, const abs::Account& account,
                                   const core::LibraryItemId& id) {
    auto item = abs::perform(services.desk.http,
                             abs::get_item(services.settings.current().server, account.credential, id.str()));
    if (item) return std::move(item->value);
    const bool none = item.error().kind == abs::AbsErrorKind::kNotFound ||
                      item.error().kind == abs::AbsErrorKind::kForbidden;
    return tl::unexpected(none ? admin_error(AdminError::kNoItem) : audiobookshelf_failed(item.error()));
}

}  // namespace koshelf::web
