// GET /metrics: what Prometheus asks for. docs/metrics.md has the list.
#pragma once

#include "web/router.h"

namespace koshelf::web {

// What the processes of this machine have counted, and how things stand in Redis. 403 for everybody whose
// address is not among KOSHELF_METRICS_ALLOW, and for whoever comes through a proxy that nobody vouches for.
// 200 also while Redis is away, without what only it knows.
[[nodiscard]] Response show_metrics(Services& services, const Call& call);

}  // namespace koshelf::web
