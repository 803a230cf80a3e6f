// The reference server's data, live or from its files.
#pragma once

#include "ctl/connection.h"
#include "ctl/options.h"
#include "migration/foreign.h"

namespace koshelf::ctl {

// The one word of `options` is the URL of a Redis, or a directory with its files: those are read by a Redis
// of our own, on a copy. --database N names a database of the files (3); a URL has it at its end. Refuses the
// Redis of this very server.
[[nodiscard]] migration::Outcome read_from_reference(Connection& connection, const Options& options,
                                                     const migration::Sink& sink);

}  // namespace koshelf::ctl
