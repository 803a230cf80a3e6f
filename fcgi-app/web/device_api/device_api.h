// The routes of the sync protocol, as devices use them: one handler a file. docs/protocol.md has the table.
#pragma once

#include <vector>

#include "web/router.h"

namespace koshelf::web {

// GET /healthcheck: the process is alive; says nothing about Redis.
[[nodiscard]] Response healthcheck(Services& services, const Call& call);
// GET /readyz: 200 if Redis answers, else 503 with the reason.
[[nodiscard]] Response readiness(Services& services, const Call& call);
// POST /users/create {username, password}
[[nodiscard]] Response register_account(Services& services, const Call& call);
// GET /users/auth
[[nodiscard]] Response authenticate(Services& services, const Call& call);
// PUT /users/password {password}
[[nodiscard]] Response change_password(Services& services, const Call& call);
// DELETE /users/me
[[nodiscard]] Response delete_account(Services& services, const Call& call);
// PUT /syncs/progress {document, percentage, progress, device, device_id?, metadata?, identifiers?}
[[nodiscard]] Response push_progress(Services& services, const Call& call);
// GET /syncs/progress/:document[?ids=type:value,…]
[[nodiscard]] Response pull_progress(Services& services, const Call& call);

// All of them.
[[nodiscard]] std::vector<Route> device_routes();

}  // namespace koshelf::web
