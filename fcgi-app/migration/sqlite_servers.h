// Sync servers that keep their data in SQLite. Which one a file belongs to is told by its tables;
// docs/backup.md lists them.
#pragma once

#include <string>

#include "migration/foreign.h"

namespace koshelf::migration {

// The accounts that have positions, and the positions, oldest first. The outcome names the server.
[[nodiscard]] Outcome read_sqlite(const std::string& path, const Sink& sink);

}  // namespace koshelf::migration
