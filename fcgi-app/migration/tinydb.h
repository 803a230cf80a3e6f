// The sync server in Python that keeps its data in TinyDB (koreader-sync, data/db.json).
#pragma once

#include <string>

#include "migration/foreign.h"

namespace koshelf::migration {

// The file's accounts and positions.
[[nodiscard]] Outcome read_tinydb(const std::string& path, const Sink& sink);

}  // namespace koshelf::migration
