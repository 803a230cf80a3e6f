// What a dump has, put into the Redis of this server at one moment.
#pragma once

#include <filesystem>
#include <string>

#include <tl/expected.hpp>

#include "ctl/connection.h"
#include "ctl/restored_files.h"

namespace koshelf::ctl {

// Reads database `database` of a dump with a Redis of our own, copies our keys into a database of the target
// that is empty, and has the two change places. Until then nothing has happened to what is there; without
// Replace::kYes there must be nothing. Builds the indexes if the dump has none. Returns what was done, a
// sentence; so is the error.
[[nodiscard]] tl::expected<std::string, std::string> restore_database(Connection& connection,
                                                                      const std::filesystem::path& dump,
                                                                      int database, Replace replace);

}  // namespace koshelf::ctl
