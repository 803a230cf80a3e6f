// Routes that misbehave on purpose, for the tests of everything around them. Present only with
// KOSHELF_TEST_HOOKS=on.
//
//   GET /test/crash         the worker dies without an answer
//   GET /test/sleep?ms=N    the worker is held for N milliseconds (at most a minute)
//   GET /test/pid           {"pid": N} of the worker
#pragma once

#include <vector>

#include "web/router.h"

namespace koshelf::web {

[[nodiscard]] std::vector<Route> test_hook_routes();

}  // namespace koshelf::web
