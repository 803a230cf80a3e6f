// GET /metrics: what Prometheus asks for. docs/metrics.md has the list.
#pragma once

#include "web/router.h"

namespace koshelf::web {

// Whether the address that asks is among KOSHELF_METRICS_ALLOW; that of a proxy that is not trusted never is.
[[nodiscard]] bool may_see_metrics(const Services& services, const Request& request);

// What the processes of this machine have counted, and how things stand in Redis. 403 for whoever may not see
// it. 200 also while Redis is away, without what only it knows.
[[nodiscard]] Response show_metrics(Services& services, const Call& call);

}  // namespace koshelf::web
