// One worker: requests from the listening socket (or from the environment, as plain CGI), one after another.
#pragma once

#include "platform/config.h"
#include "platform/log.h"
#include "web/address_digests.h"
#include "web/refusals.h"
#include "web/router.h"

namespace koshelf::web {

// Which routes a process serves. Both: plain CGI, where no pool is to be kept free for devices.
enum class PoolKind { kDevice, kAdmin, kBoth };

// What the workers of a pool share; made before they are forked.
struct Shared {
    Refusals& refusals;
    AddressDigests addresses;
};

// The routes of a pool, with the test hooks if they are on.
[[nodiscard]] Router make_router(PoolKind kind, const platform::Config& config);

// Serves FastCGI requests from a listening socket until TERM arrives and nobody waits any more, or until
// `max_requests` have been served (0: no limit). Returns the exit status.
[[nodiscard]] int serve_fastcgi(int listen_fd, PoolKind kind, int max_requests,
                                const platform::Config& config, const Shared& shared, platform::Log& log);

// Serves the one request that CGI's environment and standard input describe, on standard output; of any
// route.
[[nodiscard]] int serve_cgi(const platform::Config& config, platform::Log& log);

}  // namespace koshelf::web
