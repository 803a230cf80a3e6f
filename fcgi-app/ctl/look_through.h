// Looking through all data before something is decided by its indexes.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "ctl/connection.h"
#include "store/reindex.h"

namespace koshelf::ctl {

// Brings the indexes up to date: a reference server that uses the same Redis writes past them. All of it
// was seen then; the error is why that cannot be done now, a sentence.
[[nodiscard]] tl::expected<store::ReindexProgress, std::string> look_through(Connection& connection);

}  // namespace koshelf::ctl
