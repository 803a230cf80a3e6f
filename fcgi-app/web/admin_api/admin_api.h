// The routes of the admin pool, below /admin/. They never share a worker with devices.
#pragma once

#include <vector>

#include "web/router.h"

namespace koshelf::web {

// GET /admin/status: the version, and whether the indexes are built; for any account.
[[nodiscard]] Response admin_status(Services& services, const Call& call);

// All of them.
[[nodiscard]] std::vector<Route> admin_routes();

}  // namespace koshelf::web
